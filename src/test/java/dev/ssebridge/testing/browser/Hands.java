package dev.ssebridge.testing.browser;

import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Map;

/** Keys and mouse of a page, which get to it as those of a person do. */
public final class Hands {
  private static final Map<String, Integer> CODES =
      Map.ofEntries(
          Map.entry("Backspace", 8),
          Map.entry("Tab", 9),
          Map.entry("Enter", 13),
          Map.entry("Escape", 27),
          Map.entry(" ", 32),
          Map.entry("PageUp", 33),
          Map.entry("PageDown", 34),
          Map.entry("End", 35),
          Map.entry("Home", 36),
          Map.entry("ArrowLeft", 37),
          Map.entry("ArrowUp", 38),
          Map.entry("ArrowRight", 39),
          Map.entry("ArrowDown", 40),
          Map.entry("Delete", 46));
  private static final Map<String, Integer> MODIFIERS =
      Map.of("Alt", 1, "Control", 2, "Meta", 4, "Shift", 8);
  private static final int MOST_ATTEMPTS = 10;

  /** Keeps the mouse from all but one element, until it is asked whether that has been met. */
  private static final String AIM =
      """
      (() => {
        const it = %s;
        const names = ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click'];
        let missed = false;
        const see = (event) => {
          if (event.isTrusted && !event.composedPath().includes(it)) {
            missed = true;
            event.stopImmediatePropagation();
            event.preventDefault();
          }
        };
        names.forEach((name) => addEventListener(name, see, true));
        window.aim = () => {
          names.forEach((name) => removeEventListener(name, see, true));
          delete window.aim;
          return !missed;
        };
      })()
      """;

  private final Page page;

  Hands(Page page) {
    this.page = page;
  }

  /**
   * Presses a key and lets it go: a letter, or a name as in {@code KeyboardEvent.key}, with
   * modifiers before it: {@code Shift+Tab}, {@code Control+a}. A space is " ".
   */
  public void press(String keys) throws Exception {
    int modifiers = 0;
    String key = keys;
    for (int plus = key.indexOf('+'); plus > 0; plus = key.indexOf('+')) {
      modifiers |= MODIFIERS.getOrDefault(key.substring(0, plus), 0);
      key = key.substring(plus + 1);
    }
    int code = CODES.getOrDefault(key, (int) Character.toUpperCase(key.charAt(0)));
    JsonObject event =
        JsonObject.of(
            "key",
            key,
            "code",
            key.equals(" ")
                ? "Space"
                : key.length() == 1 ? "Key" + key.toUpperCase(Locale.ROOT) : key,
            "windowsVirtualKeyCode",
            code,
            "modifiers",
            modifiers);
    String text = key.equals("Enter") ? "\r" : key.length() == 1 ? key : "";
    JsonObject down = event.copy().put("type", text.isEmpty() ? "rawKeyDown" : "keyDown");
    if (!text.isEmpty() && (modifiers & ~8) == 0) {
      down.put("text", text);
    }
    page.call("Input.dispatchKeyEvent", down);
    page.call("Input.dispatchKeyEvent", event.copy().put("type", "keyUp"));
  }

  /** Writes a text where the focus is. */
  public void type(String text) throws Exception {
    page.call("Input.insertText", JsonObject.of("text", text));
  }

  /** Gives a field the focus and this text, whatever it had. */
  public void fill(String selector, String text) throws Exception {
    page.evaluate("(() => { const it = " + found(selector) + "; it.focus(); it.select(); })()");
    if (text.isEmpty()) {
      press("Delete");
    } else {
      type(text);
    }
  }

  /**
   * Clicks into the middle of the first element that a selector finds. Where the page has moved
   * meanwhile, what the mouse meets instead is not told of it, and the click is made again.
   */
  public void click(String selector) throws Exception {
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      page.evaluate(AIM.formatted(found(selector)));
      double[] at = middle(selector);
      mouse("mouseMoved", at[0], at[1], 0);
      mouse("mousePressed", at[0], at[1], 1);
      mouse("mouseReleased", at[0], at[1], 0);
      if (Boolean.TRUE.equals(page.evaluate("window.aim?.() ?? true"))) { // or it was left
        return;
      }
    }
    throw new AssertionError(
        selector + " is covered by something, " + MOST_ATTEMPTS + " times; " + page.described());
  }

  /** Moves the mouse into the middle of it. */
  public void hover(String selector) throws Exception {
    double[] at = middle(selector);
    mouse("mouseMoved", at[0], at[1], 0);
  }

  /** Moves the mouse to a place of the viewport. */
  public void move(double x, double y) throws Exception {
    mouse("mouseMoved", x, y, 0);
  }

  /** Drags with the left button from one place of the viewport to another. */
  public void drag(double fromX, double fromY, double toX, double toY) throws Exception {
    mouse("mouseMoved", fromX, fromY, 0);
    mouse("mousePressed", fromX, fromY, 1);
    for (int step = 1; step <= 5; step++) {
      mouse("mouseMoved", fromX + (toX - fromX) * step / 5, fromY + (toY - fromY) * step / 5, 1);
    }
    mouse("mouseReleased", toX, toY, 0);
  }

  /** Turns the wheel over an element, down with a positive number of CSS pixels. */
  public void wheel(String selector, double pixels) throws Exception {
    double[] at = middle(selector);
    page.call(
        "Input.dispatchMouseEvent",
        JsonObject.of("type", "mouseWheel", "x", at[0], "y", at[1], "deltaX", 0, "deltaY", pixels));
  }

  private void mouse(String type, double x, double y, int buttons) throws Exception {
    page.call(
        "Input.dispatchMouseEvent",
        JsonObject.of(
            "type",
            type,
            "x",
            x,
            "y",
            y,
            "button",
            type.equals("mouseMoved") && buttons == 0 ? "none" : "left",
            "buttons",
            buttons,
            "clickCount",
            type.equals("mouseMoved") ? 0 : 1));
  }

  private double[] middle(String selector) throws Exception {
    String place =
        page.text(
            "(() => { const it = "
                + found(selector)
                + "; it.scrollIntoView({block: 'nearest', inline: 'nearest', behavior: 'instant'});"
                + " const box = it.getBoundingClientRect();"
                + " return (box.left + box.width / 2) + ' ' + (box.top + box.height / 2); })()");
    String[] parts = place.split(" ", -1);
    return new double[] {Double.parseDouble(parts[0]), Double.parseDouble(parts[1])};
  }

  private static String found(String selector) {
    String quoted = "'" + selector.replace("\\", "\\\\").replace("'", "\\'") + "'";
    return "(document.querySelector("
        + quoted
        + ") ?? (() => { throw new Error('no element ' + "
        + quoted
        + "); })())";
  }
}
