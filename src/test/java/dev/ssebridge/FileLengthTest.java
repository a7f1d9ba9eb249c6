package dev.ssebridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A file is split when it grows beyond 300 lines, but for a reason that stands here. */
class FileLengthTest {
  private static final int MOST = 300;
  private static final Path SOURCES =
      Path.of(System.getProperty("project.basedir", "."), "src/main");
  private static final Pattern WRITTEN = Pattern.compile(".*\\.(java|js|ts|lua)");

  private static final String KEYS = "one key after another, each with its getter and setter";
  private static final String ONE_STATE =
      "one state machine on one loop: its parts would share all of their fields";

  private static final Map<String, String> REASONS =
      Map.ofEntries(
          Map.entry("sse-bridge.js", "one module, which pages load as one file"),
          Map.entry(
              "BoundChannel",
              "a channel, what feeds it and what is behind it: its parts would share all of it"),
          Map.entry("Channel", "a channel: its log, and all that may be done to it by its writer"),
          Map.entry("StoredHistory", ONE_STATE),
          Map.entry("Unstored", ONE_STATE),
          Map.entry("Feed", ONE_STATE),
          Map.entry("Appending", ONE_STATE),
          Map.entry("SingleSource", ONE_STATE),
          Map.entry("Entries", "all forms of an entry in Redis, one after the other"),
          Map.entry("RedisSession", ONE_STATE),
          Map.entry("FileHistory", ONE_STATE),
          Map.entry("Journal", ONE_STATE),
          Map.entry("JournalWriter", ONE_STATE),
          Map.entry("MessageEncoder", "the frame of a message, header after header"),
          Map.entry("PublishHandler", "the way of a request to publish, step after step"),
          Map.entry("HttpOptions", KEYS),
          Map.entry("StoreOptions", KEYS),
          Map.entry("RouteOptions", KEYS),
          Map.entry("AuthOptions", KEYS),
          Map.entry("JwtOptions", KEYS),
          Map.entry("ConfigObject", "the ways in which a key can stand in a block"),
          Map.entry("LimitsOptions", KEYS),
          Map.entry("EventSourceOptions", KEYS),
          Map.entry("ReconnectPolicy", KEYS),
          Map.entry("SourceOptions", KEYS),
          Map.entry("SseBridgeOptions", KEYS),
          Map.entry("SseBridge", "an interface, nearly all of it is what it promises"),
          Map.entry("EventSource", "an interface, nearly all of it is what it promises"),
          Map.entry("ServerSentEvent", "a value and its builder, nearly all of it Javadoc"),
          Map.entry("EmbeddedBridge", "all methods of SseBridge, each of which asks somebody else"),
          Map.entry("Subscriber", ONE_STATE),
          Map.entry("StreamFollower", ONE_STATE),
          Map.entry("Reading", ONE_STATE),
          Map.entry("Connection", ONE_STATE),
          Map.entry("ConnectionGate", ONE_STATE),
          Map.entry("Handover", ONE_STATE),
          Map.entry("Inbox", ONE_STATE),
          Map.entry("StoreCore", "channels and sessions, which come and go at the same time"),
          Map.entry("SourceSet", "sources, their names and their addresses change under one lock"),
          Map.entry("WantedStreams", ONE_STATE),
          Map.entry("RemoteSource", "what a source is made of, and all that is asked of it"),
          Map.entry("ParameterSource", "what its streams are made of, and all that is asked of it"),
          Map.entry("AddressConsumers", ONE_STATE),
          Map.entry("Hub", "what there is once in a Vert.x, each thing asked of somebody else"),
          Map.entry("ValueType", "the kinds of values that a key can have, one after the other"),
          Map.entry("SourcePublisher", ONE_STATE),
          Map.entry(
              "Reloader", "the steps of one reload, in their order, and what is told of each"),
          Map.entry("EventLog", "the ring and its indexes, which change together"),
          Map.entry("BlockDecoder", "the hot loop over bytes, and the lines it makes"),
          Map.entry("AddressTemplate", "the questions that are asked of one template"),
          Map.entry("BridgeConfig", "what is checked of all parts beside each other"),
          Map.entry("Channels", "routes and their channels change under one lock"),
          Map.entry("BridgeRoutes", "mounting, changing and closing share one lock"));

  @Test
  void noFileIsLongWithoutAReason() throws IOException {
    Map<String, Long> tooLong = new TreeMap<>(lengths());
    tooLong.values().removeIf(lines -> lines <= MOST);
    tooLong.keySet().removeAll(REASONS.keySet());

    assertThat(tooLong).isEmpty();
  }

  @Test
  void everyReasonIsOfAFileThatThereIs() throws IOException {
    Set<String> files = lengths().keySet();

    assertThat(files).containsAll(REASONS.keySet());
  }

  private static Map<String, Long> lengths() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files
          .filter(file -> WRITTEN.matcher(file.toString()).matches())
          .filter(file -> !file.endsWith("package-info.java"))
          .collect(
              Collectors.toMap(
                  file -> file.getFileName().toString().replace(".java", ""),
                  FileLengthTest::lines,
                  Math::max));
    }
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
