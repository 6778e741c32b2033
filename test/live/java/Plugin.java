// What a plug-in's loader loads: the static field is what leaks with it.
public class Plugin {
  static final byte[] cache = new byte[20_000];
  final String name = "plug-in";
}
