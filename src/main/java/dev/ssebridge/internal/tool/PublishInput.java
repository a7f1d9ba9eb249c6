package dev.ssebridge.internal.tool;

import dev.ssebridge.format.EventEncoder;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.text.PrintableText;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where the events come from: the command line, a file, the standard input. */
final class PublishInput {
  private static final int LARGEST = 64 * 1024 * 1024;

  private PublishInput() {}

  /** Opens a file, or the standard input where there is none, or "-". */
  static InputStream open(@Nullable String file, InputStream standard) throws UsageException {
    if (file == null || file.equals("-")) {
      return standard;
    }
    try {
      return Files.newInputStream(Path.of(file));
    } catch (IOException | InvalidPathException unreadable) {
      throw new UsageException(
          "--file: expected a readable file, got \"" + PrintableText.of(file) + "\"");
    }
  }

  /** All of it as one event; one line end at its end is no part of it, as in a shell. */
  static byte[] whole(InputStream in) throws UsageException {
    byte[] all;
    try {
      all = in.readNBytes(LARGEST + 1);
    } catch (IOException failed) {
      throw new UsageException("the input could not be read: " + failed.getMessage());
    }
    if (all.length > LARGEST) {
      throw new UsageException(
          "expected an event of at most 64 MiB, got more; --ndjson takes any number of lines");
    }
    if (all.length == 0) {
      throw new UsageException(
          "expected a text on the standard input or in the file, got nothing; write '' as the"
              + " text for an event without any");
    }
    int end = all.length;
    if (all[end - 1] == '\n') {
      end -= end > 1 && all[end - 2] == '\r' ? 2 : 1;
    }
    return Arrays.copyOf(all, end);
  }

  /** The text of these bytes, or null if they are no UTF-8. */
  static @Nullable String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notUtf8) {
      return null;
    }
  }

  /** Refuses what is no JSON, before anything is sent. */
  static void requireJson(byte[] bytes) throws UsageException {
    String text = utf8(bytes);
    String problem = text == null ? "bytes that are not UTF-8" : JsonLayout.problem(text);
    if (problem != null) {
      throw new UsageException("--json: expected JSON, got " + PrintableText.of(problem));
    }
  }

  /** The body of an event stream with one event. */
  static Buffer event(String id, @Nullable String type, byte[] data) throws UsageException {
    String text = utf8(data);
    if (text == null) {
      throw new UsageException("expected UTF-8, got other bytes");
    }
    try {
      return Buffer.buffer(
          EventEncoder.encode(ServerSentEvent.builder().id(id).type(type).data(text).build()));
    } catch (IllegalArgumentException wrong) {
      throw new UsageException("--id, --type: " + wrong.getMessage());
    }
  }
}
