package dev.ssebridge.internal.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.ConfigException;
import dev.ssebridge.ConfigException.Problem;
import dev.ssebridge.SseBridgeOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A configuration that was read from a file.
 *
 * @param name how problems call the file
 * @param options what it says
 * @param config the same, checked as a whole
 */
public record ConfigFile(String name, SseBridgeOptions options, BridgeConfig config) {
  private static final int MOST_BYTES = 16 << 20;

  /**
   * Reads a file. Blocks while it does.
   *
   * @throws ConfigException if it cannot be read, is not JSON, or anything in it is wrong or refers
   *     to what is not there
   */
  public static ConfigFile read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return read(file.toString(), in);
    } catch (NoSuchFileException missing) {
      throw unreadable(file.toString(), "no such file");
    } catch (IOException failed) {
      throw unreadable(file.toString(), "cannot be read: " + failed.getMessage());
    }
  }

  /**
   * Reads a stream to its end, and leaves it open.
   *
   * @param name how problems shall call it
   * @throws IOException if reading fails
   * @throws ConfigException if it is not JSON, or anything in it is wrong or refers to what is not
   *     there
   */
  public static ConfigFile read(String name, InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(MOST_BYTES + 1);
    if (bytes.length > MOST_BYTES) {
      throw unreadable(name, "expected at most " + MOST_BYTES + " bytes, got more");
    }
    try {
      return parse(name, UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException malformed) {
      throw unreadable(name, "expected UTF-8, got bytes that are not");
    }
  }

  /**
   * Reads JSON text. Blocks while it looks for the files that it refers to.
   *
   * @param name how problems shall call it
   * @throws ConfigException if it is not JSON, or anything in it is wrong or refers to what is not
   *     there
   */
  public static ConfigFile parse(String name, String text) {
    Problems problems = new Problems(name);
    JsonObject json = new JsonText(text, problems).parse();
    SseBridgeOptions options = BridgeConfig.options(json, problems);
    BridgeConfig config = BridgeConfig.of(options, problems);
    References.check(config, problems);
    problems.throwIfAny();
    return new ConfigFile(name, options, config);
  }

  private static ConfigException unreadable(String name, String reason) {
    return new ConfigException(List.of(new Problem(name, "", reason)));
  }
}
