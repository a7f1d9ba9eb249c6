package dev.ssebridge.internal.tool;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Writes events, each of them at once and as UTF-8, until the reader of the output closes it. */
final class TailOutput {
  private final PrintStream out;

  /** The same without a stream between that hides why it fails. */
  private final OutputStream bytes;

  /** To the standard output of the process, or what stands for it. */
  TailOutput(PrintStream out) {
    this.out = out;
    this.bytes = out.equals(System.out) ? new FileOutputStream(FileDescriptor.out) : out;
  }

  /**
   * Writes it. May wait for the reader.
   *
   * @return false if nobody reads any longer
   * @throws IOException if it could not be written for another reason
   */
  boolean write(String text) throws IOException {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    try {
      bytes.write(encoded);
      bytes.flush();
    } catch (IOException e) {
      String why = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
      if (why.contains("pipe") || why.contains("closed") || why.contains("reset")) {
        return false;
      }
      throw e;
    }
    return bytes != out || !out.checkError();
  }
}
