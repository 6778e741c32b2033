// Holds a little of many kinds, says its process id, and waits: java Held
import java.util.*;
import java.util.concurrent.ConcurrentHashMap;

public class Held {
  static Object kept;

  public static void main(String[] args) throws Exception {
    Map<String, Object> map = new HashMap<>();
    for (int i = 0; i < 3000; i++)
      map.put("key-" + i, i % 3 == 0 ? new long[i % 7] : i % 3 == 1 ? new ArrayList<>(Arrays.asList(i, i + 1)) : new ConcurrentHashMap<>(Collections.singletonMap("a", i)));
    kept = map;
    System.out.println(ProcessHandle.current().pid());
    Thread.sleep(600_000);
  }
}
