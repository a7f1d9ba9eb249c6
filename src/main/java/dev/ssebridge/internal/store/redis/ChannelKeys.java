package dev.ssebridge.internal.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Locale;

/** The keys of one channel, all in one slot of a cluster: the name is in braces. */
final class ChannelKeys {
  private final String stem;
  private final String logText;
  private final byte[] log;
  private final List<byte[]> ofAppend;
  private final List<byte[]> ofPlain;
  private final List<byte[]> ofLook;
  private final byte[] given;

  ChannelKeys(String prefix, String name) {
    stem = prefix + "{" + escaped(name) + "}:";
    logText = stem + "log";
    log = key("log");
    byte[] ids = key("ids");
    byte[] run = key("run");
    given = key("void");
    ofAppend = List.of(log, ids, run, given, key("lease"));
    ofPlain = List.of(log, given);
    ofLook = List.of(log, ids, run);
  }

  /** Braces would change the slot, lone surrogates have no bytes. */
  static String escaped(String name) {
    StringBuilder text = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '%' || c == '{' || c == '}') {
        text.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      } else if (Character.isHighSurrogate(c)
          && i + 1 < name.length()
          && Character.isLowSurrogate(name.charAt(i + 1))) {
        text.append(c).append(name.charAt(++i));
      } else if (Character.isSurrogate(c)) {
        text.append(String.format(Locale.ROOT, "%%u%04X", (int) c));
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  private byte[] key(String what) {
    return (stem + what).getBytes(UTF_8);
  }

  /** The log, which is also the shard channel. */
  String logText() {
    return logText;
  }

  byte[] log() {
    return log;
  }

  /** Marks of calls that were given up. */
  byte[] given() {
    return given;
  }

  List<byte[]> ofAppend() {
    return ofAppend;
  }

  List<byte[]> ofPlain() {
    return ofPlain;
  }

  List<byte[]> ofLook() {
    return ofLook;
  }

  /** What is written to see whether it can be. */
  byte[] probe() {
    return key("probe");
  }

  /** Who may append. */
  String lease() {
    return stem + "lease";
  }

  /** Who may, or might last. */
  String last() {
    return stem + "last";
  }
}
