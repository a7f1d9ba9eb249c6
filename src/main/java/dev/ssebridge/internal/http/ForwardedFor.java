package dev.ssebridge.internal.http;

import dev.ssebridge.internal.url.Cidr;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Takes apart what proxies say of those for whom they forward, from the client to the last. */
final class ForwardedFor {
  private static final String FOR = "for=";

  private ForwardedFor() {}

  /** The nodes of {@code X-Forwarded-For}. */
  static List<String> usual(List<String> lines) {
    return List.of(String.join(",", lines).split(",", -1));
  }

  /** The nodes of {@code Forwarded}: RFC 7239, section 4. An element without one counts as "". */
  static List<String> standard(List<String> lines) {
    List<String> nodes = new ArrayList<>();
    for (String element : HeaderText.split(String.join(",", lines), ',')) {
      String node = "";
      for (String pair : HeaderText.split(element, ';')) {
        if (pair.trim().toLowerCase(Locale.ROOT).startsWith(FOR)) {
          node = pair.trim().substring(FOR.length());
        }
      }
      nodes.add(unquoted(node));
    }
    return nodes;
  }

  /** The address of a node: RFC 7239, section 6; {@code null} if it tells none. */
  static byte @Nullable [] addressOf(String node) {
    String text = node.trim();
    String port = "";
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      if (end < 0) {
        return null;
      }
      port = text.substring(end + 1);
      text = text.substring(1, end);
      if (text.indexOf(':') < 0) {
        return null;
      }
    } else if (text.indexOf(':') >= 0 && text.indexOf(':') == text.lastIndexOf(':')) {
      port = text.substring(text.indexOf(':'));
      text = text.substring(0, text.indexOf(':'));
    }
    return port.isEmpty() || port.matches(":[0-9]{1,5}|:_[A-Za-z0-9._-]+")
        ? Cidr.addressOf(text)
        : null;
  }

  private static String unquoted(String value) {
    return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
        ? value.substring(1, value.length() - 1)
        : value;
  }
}
