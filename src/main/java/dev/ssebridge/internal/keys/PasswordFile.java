package dev.ssebridge.internal.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.internal.text.UnfitValueException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names and hashes of passwords, as {@code htpasswd -B} writes them. Immutable. No message repeats
 * a name or a hash, but the number of their line.
 *
 * @param hashes of bcrypt, by name, in the order of the file
 * @param refused what is said of each line whose hash is of another kind; its name is unknown
 */
public record PasswordFile(Map<String, String> hashes, List<String> refused) {
  private static final int MOST_BYTES = 4 << 20;

  /** The most lines that are reported. */
  private static final int MOST_TOLD = 20;

  /** The cost is as {@code htpasswd} takes it; more of it would keep a worker for a minute. */
  private static final Pattern BCRYPT =
      Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-7])\\$[./A-Za-z0-9]{53}");

  public PasswordFile {
    hashes = Collections.unmodifiableMap(new LinkedHashMap<>(hashes));
    refused = List.copyOf(refused);
  }

  /**
   * Reads a file. Blocks.
   *
   * @throws UnfitValueException if it cannot be read, or a line of it is not one of htpasswd
   */
  public static PasswordFile read(String path) {
    try (InputStream in = Files.newInputStream(Path.of(path))) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new UnfitValueException("expected at most " + MOST_BYTES + " bytes, got more");
      }
      return parse(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException malformed) {
      throw new UnfitValueException("expected UTF-8, got other bytes");
    } catch (IOException | InvalidPathException unreadable) {
      throw new UnfitValueException("expected a readable file with names and hashes of passwords");
    }
  }

  /** What is wrong with a file; nothing where it can be used as a whole. Blocks. */
  public static List<String> problems(String path) {
    try {
      return read(path).refused();
    } catch (UnfitValueException unfit) {
      return List.of(String.valueOf(unfit.getMessage()));
    }
  }

  /**
   * What the text of a file says.
   *
   * @throws UnfitValueException if a line of it is none of htpasswd, or there is none
   */
  public static PasswordFile parse(String text) {
    Map<String, String> hashes = new LinkedHashMap<>();
    Map<String, Integer> lines = new LinkedHashMap<>();
    List<String> refused = new ArrayList<>();
    int number = 0;
    for (String each : text.split("\n", -1)) {
      number++;
      String line = each.strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int colon = line.indexOf(':');
      String hash = line.substring(colon + 1);
      if (colon <= 0 || hash.isEmpty()) {
        throw new UnfitValueException(
            "line " + number + ": expected a name, a colon and the hash of a password");
      }
      String name = line.substring(0, colon);
      Integer other = lines.put(name, number);
      if (other != null) {
        throw new UnfitValueException(
            "line " + number + ": expected another name than in line " + other);
      }
      String problem = problem(hash);
      if (problem == null) {
        hashes.put(name, hash);
      } else if (hash.startsWith("$2")) { // half of one, say, as somebody is writing
        throw new UnfitValueException("line " + number + ": " + problem);
      } else if (refused.size() < MOST_TOLD) {
        refused.add("line " + number + ": " + problem);
      }
    }
    if (lines.isEmpty()) {
      throw new UnfitValueException("expected at least one line with a name, got none");
    }
    return new PasswordFile(hashes, refused);
  }

  private static @Nullable String problem(String hash) {
    return BCRYPT.matcher(hash).matches()
        ? null
        : "expected a hash of bcrypt with a cost of 4..17, $2y$.., got "
            + (hash.startsWith("$2") ? "a part of one, or another cost" : "another kind")
            + "; \"htpasswd -B\" writes one";
  }

  /** The hash of a name; null where it is unknown. */
  public @Nullable String hash(String name) {
    return hashes.get(name);
  }

  /** Without names and hashes. */
  @Override
  public String toString() {
    return "PasswordFile[" + hashes.size() + "]";
  }
}
