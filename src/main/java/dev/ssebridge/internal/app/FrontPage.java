package dev.ssebridge.internal.app;

import dev.ssebridge.internal.web.WebFile;
import io.vertx.ext.web.RoutingContext;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** The page at {@code /}: a part of it is for those alone who can reach the console. Any thread. */
final class FrontPage {
  private static final String RESOURCE = "/webroot/index.html";
  private static final String BEGIN = "<!-- console -->";
  private static final String END = "<!-- /console -->";

  /** What stands there for the address of the console. */
  private static final String ADDRESS = "/console/";

  private final WebFile whole;
  private final WebFile withoutConsole;
  private volatile @Nullable Linked linked; // made when it is first asked for

  /** The page for those who can reach a console that is there. */
  private record Linked(String console, WebFile page) {}

  private FrontPage(WebFile whole) {
    this.whole = whole;
    this.withoutConsole = whole.edited(text -> text(text, null));
  }

  /**
   * Reads it.
   *
   * @throws UncheckedIOException if it is missing
   */
  static FrontPage read() {
    return new FrontPage(WebFile.read(RESOURCE, "private, no-cache"));
  }

  private static String text(String text, @Nullable String console) {
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalStateException(
          "expected a part between " + BEGIN + " and " + END + " in " + RESOURCE + ", got none");
    }
    String part = text.substring(begin + BEGIN.length(), end);
    return text.substring(0, begin)
        + (console == null ? "" : part.replace('"' + ADDRESS + '"', '"' + console + '"'))
        + text.substring(end + END.length());
  }

  /**
   * Answers a {@code GET} or {@code HEAD}.
   *
   * @param console where the console is for the one who sent the request, a URL of the program's
   *     own; null for nowhere
   */
  void answer(RoutingContext request, @Nullable String console) {
    (console == null ? withoutConsole : withConsole(console)).answerOwnPage(request);
  }

  /** It stays where it is, so it is made once. */
  private WebFile withConsole(String console) {
    Linked made = linked;
    if (made == null || !made.console().equals(console)) {
      made = new Linked(console, whole.edited(text -> text(text, console)));
      linked = made;
    }
    return made.page();
  }
}
