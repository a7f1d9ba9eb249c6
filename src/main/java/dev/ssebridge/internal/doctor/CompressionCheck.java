package dev.ssebridge.internal.doctor;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a stream is compressed for a browser, and whether that holds events back. Pure. */
final class CompressionCheck {
  private static final String COMPRESSION = "compression";

  private CompressionCheck() {}

  /**
   * Compares what a browser gets with what is there without compression.
   *
   * @param name what content-encoding says
   * @param plain what came meanwhile without compression, or null if that could not be had
   */
  static void report(
      String name,
      Coding coding,
      Heard heard,
      @Nullable Heard plain,
      Set<Between> between,
      Report report) {
    if (coding == Coding.NONE) {
      report.ok(COMPRESSION, "none, though gzip, deflate and br were offered");
      return;
    }
    String says = Text.of(name);
    boolean came = coding == Coding.OTHER ? heard.bytes() > 0 : hasContent(heard);
    if (!came && plain != null && hasContent(plain)) {
      report.wrong(
          COMPRESSION,
          says
              + ": nothing could be read in "
              + Text.ofTime(heard.lasted())
              + ", though without compression "
              + Text.ofBytes(plain.bytes())
              + " came: it holds events back",
          "do not compress event streams, or flush after each event: "
              + Between.uncompressed(between));
    } else if (coding == Coding.OTHER) {
      report.note(
          COMPRESSION,
          says + ", which cannot be read here: what follows is of a stream without it",
          "whether it holds events back, a browser shows; gzip is measured here");
    } else if (came) {
      report.ok(COMPRESSION, says + ", and what is sent comes through");
    } else {
      report.note(
          COMPRESSION,
          says + "; whether it holds events back was not found out",
          "give --publish URL to find out");
    }
  }

  private static boolean hasContent(Heard heard) {
    return heard.events() > 0
        || heard.comments() > 0
        || heard.retry() >= 0
        || heard.openingId() != null;
  }
}
