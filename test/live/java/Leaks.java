// Leaks in the ways in which Java programs do, dumps itself and says what it holds: java Leaks KIND FILE FOLDER, where FOLDER has Plugin.class.
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.nio.file.*;
import java.util.*;
import java.util.concurrent.*;

public class Leaks {
  static final int COUNT = 10_000;

  static class Session {
    final String id;
    final byte[] state = new byte[1000];
    Session(String id) { this.id = id; }
  }
  interface Listener { void changed(); }
  static class View implements Listener {
    final int[] pixels = new int[250];
    public void changed() {}
  }
  static class Bus { final List<Listener> listeners = new CopyOnWriteArrayList<>(); }
  static class Request { final long[] data = new long[125]; }

  // Its finalizer never ends: all others wait.
  @SuppressWarnings({"deprecation", "removal"})
  static class Handle {
    final byte[] buffer = new byte[1000];
    @Override protected void finalize() throws Exception { new CountDownLatch(1).await(); }
  }

  static final Map<String, Session> sessions = new HashMap<>();
  static final Bus bus = new Bus();
  static final ThreadLocal<List<Request>> requests = ThreadLocal.withInitial(ArrayList::new);
  static final List<Object> plugins = new ArrayList<>();
  static final List<String> texts = new ArrayList<>();

  public static void main(String[] args) throws Exception {
    Object held = null;
    switch (args[0]) {
      case "map": fill(COUNT); break;
      case "grown": fill(2 * COUNT); break;
      case "listeners":
        List<Listener> views = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) views.add(new View());
        bus.listeners.addAll(views);
        break;
      case "threadlocals": held = work(); break;
      case "loaders": load(Paths.get(args[2], "Plugin.class")); break;
      case "finalizers":
        for (int i = 0; i < COUNT; i++) new Handle();
        System.gc();
        Thread.sleep(1000);
        break;
      case "texts":
        for (int i = 0; i < COUNT; i++) texts.add(new String(("a text that several have, and whose number is " + i % 100).toCharArray()));
        break;
    }
    ManagementFactory.getPlatformMXBean(com.sun.management.HotSpotDiagnosticMXBean.class).dumpHeap(args[1], true);
    Reference.reachabilityFence(held);
    System.exit(0);
  }

  static void fill(int count) {
    for (int i = 0; i < count; i++) sessions.put("s" + i, new Session("session " + i));
  }

  static Object work() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    CountDownLatch begun = new CountDownLatch(4);
    CountDownLatch done = new CountDownLatch(4);
    for (int i = 0; i < 4; i++)
      pool.submit(() -> {
        begun.countDown();
        begun.await();
        for (int k = 0; k < COUNT / 4; k++) requests.get().add(new Request());
        done.countDown();
        return null;
      });
    done.await();
    return pool;
  }

  static void load(Path code) throws Exception {
    byte[] bytes = Files.readAllBytes(code);
    for (int i = 0; i < 500; i++) plugins.add(new PluginLoader(bytes).loadClass("Plugin").getDeclaredConstructor().newInstance());
  }

  static class PluginLoader extends ClassLoader {
    final byte[] code;
    PluginLoader(byte[] code) {
      super(Leaks.class.getClassLoader());
      this.code = code;
    }
    @Override protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.equals("Plugin")) return super.loadClass(name, resolve);
      Class<?> known = findLoadedClass(name);
      return known != null ? known : defineClass(name, code, 0, code.length);
    }
  }
}
