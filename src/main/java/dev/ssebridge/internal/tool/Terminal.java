package dev.ssebridge.internal.tool;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import picocli.CommandLine.Help.Ansi;

/**
 * What a command reads and writes: the standard streams of the process, or those of a test.
 *
 * @param in the standard input
 * @param out the standard output, which takes what was asked for and nothing else
 * @param err the standard error stream, which takes what is said about it
 * @param environment the variables of the process
 * @param colours whether texts are coloured; {@code AUTO} colours on a terminal only, and not where
 *     {@code NO_COLOR} is set
 */
public record Terminal(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    Ansi colours) {

  /** Exit code: what was asked for was done. */
  public static final int DONE = 0;

  /** Exit code: it could not be done, or something is wrong with what was looked at. */
  public static final int FAILED = 1;

  /** Exit code: wrong usage or configuration. */
  public static final int WRONG = 2;

  /** Those of the process. */
  public static Terminal ofProcess() {
    return new Terminal(System.in, System.out, System.err, System.getenv(), Ansi.AUTO);
  }

  /**
   * A text with its markup ({@code @|bold,red text|@}, as of picocli) as colours, or without any.
   * Texts from outside must not be part of it.
   */
  public String coloured(String markup) {
    return colours.string(markup);
  }
}
