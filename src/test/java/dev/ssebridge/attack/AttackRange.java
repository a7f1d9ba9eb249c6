package dev.ssebridge.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.access.AccessLine;
import dev.ssebridge.metrics.BridgeMeters;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Level;

/**
 * A bridge that is attacked, over real sockets, while the stream of a bystander is open. After each
 * attack it goes on: one event is published, and it is the only one that arrives. Nothing is sent
 * to an address that no attack was meant to reach, no answer, no metric and no line of any log,
 * that of accesses included, repeats a secret, and none holds the end of a line that somebody else
 * has written.
 */
final class AttackRange implements AutoCloseable {
  /** What the stream of the bystander is opened with, and its address. */
  static final String BYSTANDER = "/bystander";

  private static final String ADDRESS = "bystander";

  /** Lines of warnings that all attacks of a range may cause together. */
  private static final int MOST_WARNINGS = 20;

  private final Vertx vertx;
  private final EveryLog log;
  private final BridgeFixture bridge;
  private final BridgeMeters meters;
  private final SseProbe bystander;
  private final Set<String> secrets = new LinkedHashSet<>();
  private final List<String> seen = new ArrayList<>();
  private final Queue<String> sent = new ConcurrentLinkedQueue<>();
  private final Handler<DeliveryContext<Object>> watch = this::onSent;
  private final List<Runnable> afterwards = new ArrayList<>();

  /** An answer, or what there is of one. */
  record Answer(SseProbe probe, int status, String head) {
    String body() {
      return probe.body();
    }
  }

  /**
   * @param config with a route to the address {@code bystander}, as JSON with ' instead of "
   * @param headers of the bystander
   */
  AttackRange(Vertx vertx, String config, String... headers) {
    this.vertx = vertx;
    this.log = EveryLog.begin();
    try {
      JsonObject whole = BridgeFixture.json(config);
      whole.put("log", new JsonObject().put("access", true));
      this.bridge = BridgeFixture.deploy(vertx, whole.encode());
    } catch (Throwable e) {
      log.close();
      throw e;
    }
    this.meters = BridgeMeters.of(vertx).add(bridge.bridge());
    this.bystander = bridge.open(BYSTANDER, headers);
    vertx.eventBus().addOutboundInterceptor(watch);
  }

  private void onSent(DeliveryContext<Object> delivery) {
    sent.add(delivery.message().address());
    delivery.next();
  }

  BridgeFixture bridge() {
    return bridge;
  }

  /** What no answer and no log may repeat; of a token with parts none of those that tell it. */
  String secret(String text) {
    secrets.add(text);
    String[] parts = text.split("\\.", -1);
    for (int i = 1; i < parts.length; i++) {
      if (parts[i].length() > 16) {
        secrets.add(parts[i]);
      }
    }
    return text;
  }

  /** Runs when this is closed. */
  void atEnd(Runnable task) {
    afterwards.add(task);
  }

  /** Sends it on a connection of its own. */
  SseProbe send(byte[] bytes) {
    return bridge.probes().raw(bridge.port(), "").send(bytes);
  }

  /** The answer to a request, whole where it has an end. */
  Answer answer(Wire request) {
    return answer(send(request.bytes()));
  }

  private Answer answer(SseProbe probe) {
    int status = probe.status();
    if (isStream(probe)) {
      probe.awaitComments(0);
    } else {
      probe.awaitEnd();
    }
    return new Answer(probe, status, probe.head());
  }

  private static boolean isStream(SseProbe probe) {
    return probe.status() == 200 && probe.header("content-type").startsWith("text/event-stream");
  }

  /**
   * It is refused with this status, for this reason.
   *
   * @param reason a part of what the problem says; empty where it is not of interest which
   */
  void refused(String attack, Wire request, int status, String reason) {
    refused(attack, request, status, reason, "");
  }

  /** The token that it shows is worth nothing, and the answer says so (RFC 6750, section 3.1). */
  void refusedAsInvalid(String attack, Wire request) {
    refused(attack, request, 401, "", ", error=\"invalid_token\"");
  }

  private void refused(String attack, Wire request, int status, String reason, String error) {
    Answer answer = answer(request);
    assertThat(answer.status()).as("%s: %s", attack, answer.probe()).isEqualTo(status);
    assertThat(answer.probe().header("content-type"))
        .as("%s: %s", attack, answer.probe())
        .isEqualTo("application/problem+json");
    String challenge = answer.probe().header("www-authenticate");
    if (status == 401) {
      assertThat(challenge).as("%s: %s", attack, answer.probe()).contains("realm=\"sse\"" + error);
    } else if (status != 400 && status != 403) {
      assertThat(challenge).as("%s: %s", attack, answer.probe()).isEmpty();
    }
    JsonObject problem = new JsonObject(answer.body());
    assertThat(problem.getInteger("status")).as(attack).isEqualTo(status);
    assertThat(problem.getString("detail"))
        .as("%s: %s", attack, answer.probe())
        .isNotBlank()
        .contains(reason);
    over(attack, answer, List.of());
  }

  /** It is refused softly: an EventSource lives on, and its page can see why. */
  void softlyRefused(String attack, Wire request, String reason) {
    SseProbe probe = send(request.bytes());
    assertThat(probe.status()).as("%s: %s", attack, probe).isEqualTo(200);
    ServerSentEvent event = probe.awaitEvent(each -> "sse.refused".equals(each.type()));
    assertThat(new JsonObject(String.valueOf(event.data())).getString("reason"))
        .as(attack)
        .contains(reason);
    probe.awaitEnd();
    assertThat(probe.events()).as(attack).hasSize(1);
    assertThat(probe.lastEventId()).as("%s: an id", attack).isEmpty();
    over(attack, new Answer(probe, 200, probe.head()), List.of());
  }

  /** It is none: a stream opens. */
  SseProbe opened(String what, Wire request) {
    SseProbe probe = send(request.bytes());
    assertThat(probe.status()).as("%s: %s", what, probe).isEqualTo(200);
    assertThat(probe.header("content-type")).as(what).startsWith("text/event-stream");
    probe.awaitOpen();
    check(what, new Answer(probe, 200, probe.head()), List.of());
    goesOn(what);
    return probe;
  }

  /** A stream opens, of this address and of no other. */
  void reads(String what, Wire request, String address) {
    SseProbe probe = opened(what, request);
    vertx.eventBus().publish(address, "only " + what);
    ServerSentEvent event = probe.awaitEvent(each -> true);
    assertThat(event.data()).as(what).isEqualTo("only " + what);
    probe.close();
    sent.remove(address);
    goesOn(what);
  }

  /** It is none: it is published on this address, and on no other. */
  void published(String what, Wire request, String address) {
    Answer answer = answer(request);
    assertThat(answer.status()).as("%s: %s", what, answer.probe()).isEqualTo(202);
    over(what, answer, List.of(address));
  }

  /** The answer to an attack was looked at: the rest is as for every other. */
  void over(String attack, Answer answer) {
    over(attack, answer, List.of());
  }

  private void over(String attack, Answer answer, List<String> addresses) {
    check(attack, answer, addresses);
    answer.probe().close();
    goesOn(attack);
  }

  private void check(String attack, Answer answer, List<String> addresses) {
    assertThat(answer.status()).as("%s: %s", attack, answer.probe()).isNotEqualTo(500);
    requireNoSecret(attack, answer.head() + "\n" + answer.body());
    for (String line : answer.head().lines().skip(1).filter(each -> !each.isEmpty()).toList()) {
      String name = line.split(":", 2)[0].toLowerCase(Locale.ROOT);
      if (!HEADERS.contains(name)) {
        throw new AssertionError(attack + ": expected no header such as " + line);
      }
    }
    assertThat(List.copyOf(sent)).as("%s: where something was sent", attack).isEqualTo(addresses);
    sent.clear();
  }

  private void requireNoSecret(String where, String text) {
    for (String secret : secrets) {
      if (text.contains(secret)) {
        throw new AssertionError(where + ": expected no \"" + secret + "\" in " + text);
      }
    }
  }

  /** All that an answer may have; whoever splits one would show another. */
  private static final Set<String> HEADERS =
      Set.of(
          "accept-encoding",
          "access-control-allow-credentials",
          "access-control-allow-headers",
          "access-control-allow-methods",
          "access-control-allow-origin",
          "access-control-expose-headers",
          "access-control-max-age",
          "allow",
          "cache-control",
          "connection",
          "content-length",
          "content-type",
          "date",
          "retry-after",
          "sse-bridge",
          "sse-missed",
          "sse-resume",
          "transfer-encoding",
          "vary",
          "www-authenticate",
          "x-accel-buffering",
          "x-content-type-options");

  /**
   * The attack has ended with its connection, whatever it was told: by itself, and not as somebody
   * has waited for long enough.
   */
  void cutOff(String attack, SseProbe probe) {
    probe.awaitDisconnect();
    String text = probe.toString();
    requireNoSecret(attack, text);
    assertThat(text).as(attack).doesNotContain("HTTP/1.1 500");
    assertThat(sent).as("%s: where something was sent", attack).isEmpty();
    goesOn(attack);
  }

  /** Forgets what was sent to an address on purpose, and what was replied to that. */
  void meant(String address) {
    sent.removeIf(each -> each.equals(address) || each.startsWith("__vertx.reply"));
  }

  /** What is published next arrives at the bystander, and nothing else does. */
  void goesOn(String attack) {
    String text = seen.size() + " after " + attack;
    seen.add(text);
    vertx.eventBus().publish(ADDRESS, text);
    bystander.awaitData(text);
    assertThat(bystander.data()).as(attack).hasSize(seen.size());
    assertThat(sent.poll()).as("%s: where something was sent", attack).isEqualTo(ADDRESS);
  }

  @Override
  public void close() {
    try {
      assertThat(bystander.data()).containsExactlyElementsOf(seen);
      assertThat(bystander.isComplete()).isFalse();
      assertThat(sent).isEmpty();
      String scraped = meters.text();
      assertThat(scraped).contains("route=\"bystander\"");
      requireNoSecret("the metrics", scraped);
      vertx.eventBus().removeOutboundInterceptor(watch);
      meters.close();
      bridge.close();
      afterwards.forEach(Runnable::run);
      checkLog();
    } finally {
      log.close();
    }
  }

  private void checkLog() {
    assertThat(log.lines())
        .as("that the access log is watched")
        .anyMatch(line -> line.logger().equals(AccessLine.LOGGER));
    int warnings = 0;
    for (EveryLog.Line line : log.lines()) {
      requireNoSecret(line.logger(), line.text());
      if (line.level().intValue() >= Level.INFO.intValue()
          || line.logger().startsWith("dev.ssebridge")) {
        assertThat(line.text())
            .as(line.logger())
            .doesNotContainPattern("[\\p{Cntrl}\\x85\u2028\u2029]");
      }
      assertThat(line.level()).as(line.text()).isNotEqualTo(Level.SEVERE);
      warnings += line.level().equals(Level.WARNING) ? 1 : 0;
    }
    assertThat(warnings).as("lines that attacks have caused").isLessThanOrEqualTo(MOST_WARNINGS);
  }
}
