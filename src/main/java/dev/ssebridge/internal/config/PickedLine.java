package dev.ssebridge.internal.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.internal.address.AddressTemplate;
import java.util.Comparator;

/** The first line of a request that picks as many of a route's addresses as it may. */
final class PickedLine {
  private static final int OF_A_LINE = "GET  HTTP/1.1".length();
  private static final int OF_A_PICK = "&address=".length();
  private static final String AS_THEY_ARE = "-._~!$'()*,;:@/";

  private PickedLine() {}

  /** How many one picks at most, who does not take all. */
  private static int picks(RouteConfig route) {
    return Math.min(route.limits().addresses(), route.addresses().size() - 1);
  }

  /** Its length in bytes where the longest ones are picked, written as they need to be. */
  static long longest(RouteConfig route) {
    int parameter = route.limits().parameter();
    long path =
        route.path().toString().length() + (long) route.path().parameters().size() * parameter;
    return OF_A_LINE
        + path
        + route.addresses().stream()
            .map(address -> OF_A_PICK + lengthOf(address, parameter))
            .sorted(Comparator.reverseOrder())
            .limit(Math.max(0, picks(route)))
            .mapToLong(Long::longValue)
            .sum();
  }

  /** What to tell of one that is longer than the server takes. */
  static String tooLong(RouteConfig route, int most) {
    return "a request that picks "
        + picks(route)
        + " of them begins with a line of up to "
        + longest(route)
        + " bytes, and gets 414 beyond "
        + most
        + "; raise http.maxInitialLineLength, or let fewer be picked (limits.addresses)";
  }

  private static long lengthOf(AddressTemplate address, int parameter) {
    long length = (long) address.parameters().size() * parameter;
    boolean isFixed = true;
    for (byte b : address.toString().getBytes(UTF_8)) {
      if (b == '{' || b == '}') {
        isFixed = b == '}';
      } else if (isFixed) {
        boolean asItIs = b > 0 && (Character.isLetterOrDigit(b) || AS_THEY_ARE.indexOf(b) >= 0);
        length += asItIs ? 1 : "%00".length();
      }
    }
    return length;
  }
}
