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
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration in its layers: files, each over the one before, then the environment, then
 * the command line. May be asked again: it reads everything anew. Immutable.
 *
 * @param files in their order; where there are none, the environment may hold a whole configuration
 * @param settings {@code key=value} each, of the command line
 * @param environment the variables of the process
 * @param builtIn what is read where there is neither
 */
public record ConfigReader(
    List<Path> files, List<String> settings, Map<String, String> environment, BuiltIn builtIn) {
  /** The variable that holds a whole configuration. */
  public static final String WHOLE = "SSE_BRIDGE_CONFIG";

  private static final int MOST_BYTES = 16 << 20;

  /**
   * A configuration that is part of the program.
   *
   * @param name how problems call it
   */
  public record BuiltIn(String name, String text) {}

  /** A copy of what is given. */
  public ConfigReader {
    files = List.copyOf(files);
    settings = List.copyOf(settings);
    environment = Map.copyOf(environment);
  }

  /** One of a single file, with nothing over it. */
  static ConfigReader of(Path file) {
    return new ConfigReader(List.of(file), List.of(), Map.of(), new BuiltIn("", "{}"));
  }

  /**
   * Reads all layers. Blocks while it does, and while it looks for the files that they refer to.
   *
   * @throws ConfigException if anything cannot be read, or is wrong, or refers to what is not there
   */
  public ConfigFile read() {
    return read((config, read) -> {});
  }

  /**
   * The same, and also tells what it has found where that is wrong: one who watches files wants to
   * know when one comes that was not there.
   *
   * @param found takes what the layers say, as far as it can be understood, and the files that were
   *     read, or should have been; not called if a file is no JSON or YAML
   */
  public ConfigFile read(BiConsumer<BridgeConfig, Set<Path>> found) {
    List<Text> texts = texts();
    String name = String.join(", ", texts.stream().map(Text::name).toList());
    Origins origins = new Origins(name);
    Problems problems = new Problems(origins, false);
    Substitution substitution = new Substitution(environment::get);
    Keys<SseBridgeOptions> keys = Keys.declaredBy(SseBridgeOptions.class);
    ConfigTree tree = new ConfigTree(new JsonObject(), origins);
    for (Text text : texts) {
      tree.put(text.parsed(substitution, problems).parse(), keys);
    }
    Overrides overrides = new Overrides(keys, tree, substitution, problems);
    overrides.setVariables(environment);
    overrides.setAll(settings);
    if (tree.json().getValue("$schema") instanceof String) {
      tree.json().remove("$schema"); // for editors
    }
    SseBridgeOptions options = BridgeConfig.options(tree.json(), problems);
    BridgeConfig config = BridgeConfig.of(options, problems);
    Effects.requireOfProgram(options, Place.root(problems));
    References.check(config, problems);
    Set<Path> read = new LinkedHashSet<>(files);
    read.addAll(substitution.files());
    found.accept(config, read);
    problems.throwIfAny();
    return new ConfigFile(name, options, config, read, tree);
  }

  /** A layer as it is written. */
  private record Text(String name, String text, boolean isFile) {
    ConfigText parsed(Substitution substitution, Problems problems) {
      return isFile
          ? ConfigText.of(name, text, substitution, problems)
          : ConfigText.ofUnnamed(name, text, substitution, problems);
    }
  }

  private List<Text> texts() {
    List<Text> texts = new ArrayList<>();
    for (Path file : files) {
      texts.add(new Text(file.toString(), textOf(file), true));
    }
    String whole = environment.get(WHOLE);
    if (whole != null && !whole.isBlank()) {
      texts.add(new Text("variable " + WHOLE, whole, false));
    }
    if (texts.isEmpty()) {
      texts.add(new Text(builtIn.name(), builtIn.text(), true));
    }
    return texts;
  }

  private static String textOf(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw unreadable(file, "expected at most " + MOST_BYTES + " bytes, got more", null);
      }
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException malformed) {
      throw unreadable(file, "expected UTF-8, got bytes that are not", malformed);
    } catch (NoSuchFileException missing) {
      throw unreadable(file, "no such file", missing);
    } catch (IOException failed) {
      throw unreadable(file, "cannot be read: " + failed.getMessage(), failed);
    }
  }

  private static ConfigException unreadable(Path file, String reason, @Nullable Exception cause) {
    ConfigException unreadable =
        new ConfigException(List.of(new Problem(file.toString(), "", reason)));
    if (cause != null) {
      unreadable.initCause(cause);
    }
    return unreadable;
  }
}
