package dev.ssebridge.internal.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.SseBridgeServer;
import dev.ssebridge.StreamInfo;
import dev.ssebridge.client.SseClientVerticle;
import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.metrics.BridgeMeters;
import dev.ssebridge.spi.EventCodec;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import dev.ssebridge.testing.StreamAccount;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.Shareable;
import io.vertx.junit5.VertxExtension;
import java.time.Instant;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * One bridge to which everything happens that is counted, so often as chance has it: afterwards
 * every counter tells what was done, and no other has moved.
 */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class EveryCounterTest {
  private static final String PAD = "x".repeat(64 * 1024);

  private static final String CONFIG =
      """
      {'http':{'port':0,'drain':0},
       'limits':{'waiting':{'events':400}},
       'auth':{'revocations':'gone','tickets':{},'tokens':{
         'ada':{'token':'ada-ada-ada-ada-ada-ada','subscribe':['secret','mine'],'publish':['secret']},
         'bob':{'token':'bob-bob-bob-bob-bob-bob'}}},
       'routes':{
         'plain':{'path':'/plain','address':'plain','auth':'none','history':{'events':10}},
         'two':{'path':'/two','addresses':['x','y'],'auth':'none'},
         'short':{'path':'/short','address':'short','auth':'none','maxEvents':2},
         'old':{'path':'/old','address':'old','auth':'none','maxAge':'50ms'},
         'until':{'path':'/until','address':'until','auth':'none'},
         'large':{'path':'/large','address':'large','auth':'none','history':{'bytes':'1KiB'}},
         'aged':{'path':'/aged','address':'aged','auth':'none','history':{'age':'50ms'}},
         'slow':{'path':'/slow','address':'slow','auth':'none','history':{'events':5}},
         'merge':{'path':'/merge','address':'merge','auth':'none','history':{'bytes':'64MiB'},
           'slow':{'policy':'conflate','key':'/k','lag':{'events':10}}},
         'cut':{'path':'/cut','address':'cut','auth':'none','history':{'bytes':'64MiB'},
           'slow':{'policy':'disconnect','lag':{'events':20}}},
         'stuck':{'path':'/stuck','address':'stuck','auth':'none','stalled':'1s',
           'history':{'bytes':'64MiB'}},
         'flood':{'path':'/flood','address':'flood','auth':'none'},
         'wrong':{'path':'/wrong','address':'wrong','auth':'none'},
         'secret':{'path':'/secret','address':'secret'},
         'mine':{'path':'/mine','address':'mine','only':{'/to':'{claim:sub}'}},
         'drain':{'path':'/drain','address':'drain','auth':'none'},
         'fed':{'path':'/fed','address':'fed','auth':'none'}},
       'publish':{
         'plain':{'path':'/plain','address':'plain','auth':'none','maxBody':100},
         'secret':{'path':'/secret','address':'secret'}}}
      """;

  private static final EventCodec FAILING =
      message -> {
        if (message.body() instanceof Odd odd && odd.fails()) {
          throw new IllegalStateException("as told");
        }
        return null;
      };

  private static final String ADA = "Authorization: Bearer ada-ada-ada-ada-ada-ada";
  private static final String BOB = "Authorization: Bearer bob-bob-bob-bob-bob-bob";

  private final SseProbes probes = new SseProbes();
  private final Queue<StreamInfo> closed = new ConcurrentLinkedQueue<>();
  private final SortedMap<String, Double> expected = new TreeMap<>();
  private final long seed = Long.getLong("metrics.seed", new Random().nextLong());
  private final Random random = new Random(seed);
  private Vertx vertx;
  private SseBridgeServer server;
  private SseBridge bridge;
  private BridgeMeters meters;

  @BeforeEach
  void start(Vertx shared) {
    vertx = shared;
    vertx.eventBus().registerDefaultCodec(Odd.class, new AsIs<>("odd"));
    vertx.eventBus().registerDefaultCodec(Torn.class, new AsIs<>("torn"));
    server = another();
    bridge = server.bridge();
    bridge.closeHandler(closed::add);
    bridge.subscribeHandler(
        "until", request -> request.endAt(Instant.now().plusMillis(50)).accept());
    meters = BridgeMeters.of(vertx).add(bridge);
    BridgeFixture.get(server.listen());
  }

  /** One more server, of a bridge that shares its channels with all of them. */
  private SseBridgeServer another() {
    SseBridgeServer made =
        SseBridgeServer.create(vertx, SseBridgeOptions.read(BridgeFixture.json(CONFIG)));
    made.bridge().codec(FAILING);
    return made;
  }

  @AfterEach
  void stop() {
    probes.close();
    meters.close();
    BridgeFixture.get(server.close());
  }

  /** So often, by chance. */
  private int some() {
    return 3 + random.nextInt(10);
  }

  private void expect(long times, String name) {
    expected.merge(name, (double) times, Double::sum);
  }

  private void expect(String route, long times, String name, String... label) {
    String tag = label.length == 0 ? "" : "," + label[0] + "=\"" + label[1] + "\"";
    expect(times, name + "_total{route=\"" + route + "\"" + tag + "}");
  }

  private SseProbe open(String target, String... headers) {
    SseProbe probe = probes.get(server.actualPort(), target, headers);
    probe.awaitOpen();
    return probe;
  }

  private SseProbe post(String path, String body, String... headers) {
    String[] all = List.of(headers).toArray(new String[headers.length + 2]);
    all[headers.length] = "Content-Type: text/plain";
    all[headers.length + 1] = "Content-Length: " + body.length();
    return probes.request(server.actualPort(), "POST", path, all).send(body).awaitEnd();
  }

  private Scrape scrape() {
    return new Scrape(meters.text());
  }

  private void opened(String route, int streams) {
    expect(route, streams, "streams_opened");
  }

  private void ended(String route, int streams, String reason) {
    expect(route, streams, "streams_ended", "reason", reason);
    String name = "streams_ended_total{route=\"" + route + "\",reason=\"" + reason + "\"}";
    double least = expected.getOrDefault(name, 0.0);
    Deadline.await(
        () -> scrape().of(name) >= least,
        () -> route + ": a stream ended, " + reason + "; seed " + seed);
  }

  /** Events of the event bus that so many streams get. */
  private void published(String route, int events, int streams) {
    expect(route, events, "events_in", "way", "bus");
    delivered(route, (long) events * streams);
  }

  private void delivered(String route, long events) {
    expect(route, events, "events_delivered");
  }

  @Test
  void everyCounterIsWhatWasDoneAndNoOtherHasMoved() throws Exception {
    historyAndPublishing();
    filters();
    ends();
    retention();
    slowReaders();
    flood();
    wrongMessages();
    whoAsks();
    drained();
    source();
    expected.values().removeIf(value -> value == 0);
    Deadline.await(
        () -> scrape().counted().equals(expected), () -> "seed " + seed + ": " + difference());
  }

  private String difference() {
    Map<String, String> difference = new TreeMap<>();
    Map<String, Double> counted = scrape().counted();
    expected.forEach(
        (name, value) -> {
          if (!value.equals(counted.get(name))) {
            difference.put(name, "expected " + value + ", got " + counted.get(name));
          }
        });
    counted.forEach(
        (name, value) -> {
          if (!expected.containsKey(name)) {
            difference.put(name, "expected nothing, got " + value);
          }
        });
    return difference.toString();
  }

  private void historyAndPublishing() {
    int readers = some();
    int bus = 20 + some();
    int posts = some();
    List<SseProbe> open = new ArrayList<>();
    for (int i = 0; i < readers; i++) {
      open.add(open("/plain"));
    }
    for (int i = 1; i <= bus; i++) {
      vertx.eventBus().publish("plain", "m" + i);
    }
    open.get(0).awaitData("m" + bus);
    double bytes = 0;
    for (int i = 1; i <= posts; i++) {
      assertThat(post("/plain", "p" + i).status()).isEqualTo(202);
      bytes += ("p" + i).length();
    }
    open.forEach(probe -> probe.awaitData("p" + posts));
    opened("plain", readers);
    published("plain", bus, readers);
    expect("plain", posts, "events_in", "way", "http");
    delivered("plain", (long) posts * readers);
    expect("plain", bus + posts - 10, "events_evicted", "limit", "events");
    expect(posts, "publish_requests_total{rule=\"plain\",status=\"202\"}");
    assertThat(post("/plain", "x".repeat(101)).status()).isEqualTo(413);
    expect(1, "publish_requests_total{rule=\"plain\",status=\"413\"}");

    // Resumed, and what cannot be.
    SseProbe before = open.remove(0);
    String epoch = before.lastEventId().replaceAll("-.*", "");
    before.close();
    ended("plain", 1, "client-gone");
    int head = bus + posts;
    for (String id : List.of(epoch + "-1", "0-7", "no id")) {
      SseProbe back = probes.get(server.actualPort(), "/plain", "Last-Event-ID: " + id);
      back.awaitData("p" + posts);
      back.close();
      opened("plain", 1);
      ended("plain", 1, "client-gone");
      delivered("plain", 10);
    }
    expect("plain", 1, "gaps", "reason", "evicted");
    expect("plain", head - 10 - 1, "events_missed", "reason", "evicted");
    expect("plain", 1, "gaps", "reason", "epoch");
    expect("plain", 1, "gaps", "reason", "unknown");
    Scrape now = scrape();
    assertThat(now.of("streams_open{route=\"plain\"}")).isEqualTo(readers - 1);
    assertThat(now.of("replay_events_count{route=\"plain\"}")).isEqualTo(readers + 3);
    assertThat(now.of("replay_events_sum{route=\"plain\"}")).isEqualTo(30);
    assertThat(now.of("retained_events{route=\"plain\"}")).isEqualTo(10);
    assertThat(now.of("retained_bytes{route=\"plain\"}")).isPositive();
    assertThat(now.of("channels{route=\"plain\"}")).isEqualTo(1);
    assertThat(now.of("publish_to_append_seconds_count{route=\"plain\"}")).isEqualTo(head);
    assertThat(now.of("publish_request_bytes_total{rule=\"plain\"}")).isGreaterThanOrEqualTo(bytes);
    assertThat(now.of("append_to_socket_seconds_count{route=\"plain\"}")).isPositive();
    String id =
        BridgeFixture.get(bridge.streams()).stream()
            .filter(stream -> stream.route().equals("plain"))
            .findFirst()
            .orElseThrow()
            .id();
    BridgeFixture.get(bridge.endStream(id));
    ended("plain", 1, "application");
  }

  private void filters() {
    SseProbe x = open("/two?address=x");
    int ofX = some();
    int ofY = some();
    for (int i = 1; i <= ofY; i++) {
      vertx.eventBus().publish("y", "y" + i);
    }
    for (int i = 1; i <= ofX; i++) {
      vertx.eventBus().publish("x", "x" + i);
    }
    x.awaitData("x" + ofX);
    opened("two", 1);
    expect("two", ofX + ofY, "events_in", "way", "bus");
    delivered("two", ofX);
    expect("two", ofY, "events_filtered");
    Deadline.await(
        () -> scrape().of("written_bytes_total{route=\"two\"}") == x.bodyBytes(),
        () -> x.bodyBytes() + " bytes, got " + scrape().of("written_bytes_total{route=\"two\"}"));
  }

  private void ends() {
    SseProbe shorter = open("/short");
    vertx.eventBus().publish("short", "1");
    vertx.eventBus().publish("short", "2");
    shorter.awaitEnd();
    opened("short", 1);
    published("short", 2, 1);
    ended("short", 1, "max-events");
    open("/old").awaitEnd();
    opened("old", 1);
    ended("old", 1, "max-age");
    open("/until").awaitEnd();
    opened("until", 1);
    ended("until", 1, "expired");
  }

  private void retention() {
    open("/large");
    opened("large", 1);
    for (int i = 0; i < 4; i++) {
      vertx.eventBus().publish("large", "x".repeat(900));
    }
    published("large", 4, 1);
    expect("large", 3, "events_evicted", "limit", "bytes");
    SseProbe aged = open("/aged");
    int events = some();
    for (int i = 1; i <= events; i++) {
      vertx.eventBus().publish("aged", "m" + i);
    }
    aged.awaitData("m" + events);
    opened("aged", 1);
    published("aged", events, 1);
    expect("aged", events, "events_evicted", "limit", "age");
  }

  private SseProbe stopped(String target) {
    probes.receiveBuffer(32 * 1024);
    SseProbe slow = open(target);
    slow.stopReading();
    probes.receiveBuffer(0);
    return slow;
  }

  /** Events until the reader is behind, and the sockets take no more. */
  private int publishUntilBehind(String route) {
    AtomicLong before = new AtomicLong(-1);
    int many = 200;
    for (int n = 1; n <= many; n++) {
      vertx.eventBus().publish(route, new JsonObject().put("k", n % 7).put("n", n).put("pad", PAD));
      awaitIn(route, n);
    }
    Deadline.await(
        () -> {
          probes.request(server.actualPort(), "HEAD", "/" + route).awaitEnd();
          long delivered = (long) scrape().of("events_delivered_total{route=\"" + route + "\"}");
          return before.getAndSet(delivered) == delivered && delivered > 0;
        },
        () -> "a reader that is behind");
    return many;
  }

  private void awaitIn(String route, long events) {
    Deadline.await(
        () -> scrape().of("events_in_total{route=\"" + route + "\",way=\"bus\"}") >= events,
        () -> events + " events of " + route);
  }

  private void slowReaders() {
    SseProbe slow = stopped("/slow");
    int many = publishUntilBehind("slow");
    Deadline.await(
        () -> scrape().of("lag_events_sum{route=\"slow\"}") > 0, () -> "a stream that lags");
    slow.goOn();
    slow.awaitEvent(event -> String.valueOf(event.id()).endsWith("-" + many));
    StreamAccount account = StreamAccount.of(slow);
    opened("slow", 1);
    expect("slow", many, "events_in", "way", "bus");
    delivered("slow", account.delivered());
    expect("slow", account.missed(), "events_missed", "reason", "slow");
    expect(
        "slow",
        slow.events().stream().filter(event -> "sse.gap".equals(event.type())).count(),
        "gaps",
        "reason",
        "slow");
    expect("slow", many - 5, "events_evicted", "limit", "events");

    SseProbe merged = stopped("/merge");
    int merging = publishUntilBehind("merge");
    merged.goOn();
    merged.awaitEvent(event -> String.valueOf(event.id()).endsWith("-" + merging));
    StreamAccount ofMerged = StreamAccount.of(merged);
    opened("merge", 1);
    expect("merge", merging, "events_in", "way", "bus");
    delivered("merge", ofMerged.delivered());
    expect("merge", ofMerged.merged(), "events_merged");

    SseProbe cutOff = stopped("/cut");
    int cut = publishUntilBehind("cut");
    opened("cut", 1);
    expect("cut", cut, "events_in", "way", "bus");
    ended("cut", 1, "slow");
    cutOff.goOn();
    delivered("cut", cutOff.awaitEnd().events().size());

    stopped("/stuck");
    int stuck = publishUntilBehind("stuck");
    opened("stuck", 1);
    expect("stuck", stuck, "events_in", "way", "bus");
    ended("stuck", 1, "stalled");
    delivered("stuck", deliveredTo("stuck")); // its connection is cut, so the reader cannot tell
  }

  /** What the account of the one stream of a route said when it had ended. */
  private long deliveredTo(String route) {
    return closed.stream()
        .filter(stream -> stream.route().equals(route))
        .mapToLong(StreamInfo::delivered)
        .sum();
  }

  /** The streams of a bridge that is closed, while another shares its channels. */
  private void drained() {
    SseBridgeServer other = another();
    BridgeFixture.get(other.listen());
    int streams = some();
    List<SseProbe> open = new ArrayList<>();
    for (int i = 0; i < streams; i++) {
      open.add(probes.get(other.actualPort(), "/drain"));
      open.get(i).awaitOpen();
    }
    opened("drain", streams);
    BridgeFixture.get(other.close());
    open.forEach(SseProbe::awaitEnd);
    ended("drain", streams, "drained");
  }

  /** More than may wait while the loop is held. */
  private void flood() throws InterruptedException {
    SseProbe probe = open("/flood");
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    Hub.of(vertx)
        .fence("flood")
        .accept(
            () -> {
              begun.countDown();
              try {
                held.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    begun.await();
    int messages = 3000 + some();
    for (int i = 1; i <= messages; i++) {
      vertx.eventBus().publish("flood", "m" + i);
    }
    assertThat(scrape().of("waiting_messages")).isPositive();
    held.countDown();
    probe.awaitData("m" + messages);
    int missed = probe.awaitJson("sse.gap").getInteger("missed");
    opened("flood", 1);
    published("flood", messages - missed, 1);
    expect("flood", 1, "gaps", "reason", "dropped");
    expect("flood", missed, "events_missed", "reason", "dropped");
    expect("flood", missed, "messages_dropped", "cause", "waiting");
  }

  private void wrongMessages() {
    SseProbe probe = open("/wrong");
    int unknown = some();
    int failing = some();
    int reserved = some();
    int forged = some();
    int unencodable = some();
    int undecodable = some();
    times(undecodable, () -> vertx.eventBus().publish("wrong", new Torn()));
    times(unknown, () -> vertx.eventBus().publish("wrong", new Odd(false)));
    times(failing, () -> vertx.eventBus().publish("wrong", new Odd(true)));
    times(
        reserved, () -> vertx.eventBus().publish("wrong", "x", header(SseHeaders.EVENT, "sse.x")));
    times(forged, () -> vertx.eventBus().publish("wrong", "x", header(SseHeaders.GAP, "7")));
    times(
        unencodable,
        () -> vertx.eventBus().publish("wrong", new JsonObject().put("x", new Opaque())));
    vertx.eventBus().publish("wrong", "end");
    probe.awaitData("end");
    opened("wrong", 1);
    published("wrong", 1, 1);
    expect("wrong", unknown, "messages_dropped", "cause", "no_codec");
    expect("wrong", failing, "messages_dropped", "cause", "codec_failed");
    expect("wrong", reserved, "messages_dropped", "cause", "reserved_type");
    expect("wrong", forged, "messages_dropped", "cause", "reserved_header");
    expect("wrong", unencodable, "messages_dropped", "cause", "unencodable");
    expect("wrong", undecodable, "messages_dropped", "cause", "undecodable");
    assertThat(bridge.stats().getLong("droppedMessages"))
        .isGreaterThanOrEqualTo(unknown + failing + reserved + forged + unencodable);
  }

  private static void times(int count, Runnable task) {
    for (int i = 0; i < count; i++) {
      task.run();
    }
  }

  private static DeliveryOptions header(String name, String value) {
    return new DeliveryOptions().addHeader(name, value);
  }

  private void whoAsks() {
    int nobody = some();
    int wrong = some();
    times(nobody, () -> subscribe(401));
    times(wrong, () -> subscribe(401, "Authorization: Bearer not-a-token-of-anybody"));
    subscribe(403, BOB);
    SseProbe ada = open("/secret", ADA);
    decided("subscribe", "missing", nobody);
    decided("subscribe", "invalid", wrong);
    decided("subscribe", "forbidden", 1);
    decided("subscribe", "permitted", 1);
    opened("secret", 1);
    assertThat(post("/secret", "x").status()).isEqualTo(401);
    assertThat(post("/secret", "x", BOB).status()).isEqualTo(403);
    assertThat(post("/secret", "of ada", ADA).status()).isEqualTo(202);
    ada.awaitData("of ada");
    decided("publish", "missing", 1);
    decided("publish", "forbidden", 1);
    decided("publish", "permitted", 1);
    expect(1, "publish_requests_total{rule=\"secret\",status=\"401\"}");
    expect(1, "publish_requests_total{rule=\"secret\",status=\"403\"}");
    expect(1, "publish_requests_total{rule=\"secret\",status=\"202\"}");
    expect("secret", 1, "events_in", "way", "http");
    delivered("secret", 1);
    assertThat(post("/secret/ticket", "", ADA).status()).isEqualTo(200);
    decided("ticket", "permitted", 1);
    ofMineAlone();
    BridgeFixture.get(vertx.eventBus().request("gone", new JsonObject().put("subject", "ada")));
    ada.awaitEnd();
    ended("secret", 1, "unauthorized");
    ended("mine", 1, "unauthorized");
  }

  /** A route of which each gets what is for him. */
  private void ofMineAlone() {
    SseProbe ada = open("/mine", ADA);
    decided("subscribe", "permitted", 1);
    opened("mine", 1);
    int ofOthers = some();
    int ofNobody = some();
    int own = some();
    times(ofOthers, () -> vertx.eventBus().publish("mine", new JsonObject().put("to", "bob")));
    times(ofNobody, () -> vertx.eventBus().publish("mine", new JsonObject().put("n", 1)));
    times(own - 1, () -> vertx.eventBus().publish("mine", new JsonObject().put("to", "ada")));
    vertx.eventBus().publish("mine", new JsonObject().put("to", "ada").put("n", "last"));
    ada.awaitData("{\"to\":\"ada\",\"n\":\"last\"}");
    expect("mine", ofOthers + ofNobody + own, "events_in", "way", "bus");
    expect("mine", ofOthers + ofNobody, "events_filtered");
    expect("mine", ofNobody, "messages_dropped", "cause", "for_nobody");
    delivered("mine", own);
  }

  private void subscribe(int status, String... headers) {
    SseProbe probe = probes.get(server.actualPort(), "/secret", headers);
    assertThat(probe.status()).isEqualTo(status);
    probe.close();
  }

  private void decided(String wish, String result, int times) {
    expect(times, "auth_decisions_total{wish=\"" + wish + "\",result=\"" + result + "\"}");
  }

  /** A stream that is not there at first, then ends, and then stays. */
  private void source() {
    int events = some();
    int bad = some();
    AtomicInteger connections = new AtomicInteger();
    HttpServer remote =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  HttpServerResponse response = request.response();
                  int connection = connections.incrementAndGet();
                  if (connection == 1) {
                    response.setStatusCode(503).end();
                    return;
                  }
                  response.putHeader("content-type", "text/event-stream").setChunked(true);
                  StringBuilder text = new StringBuilder("retry: 50\n\n");
                  if (connection == 2) {
                    for (int i = 1; i <= events; i++) {
                      text.append("data: ").append(i).append("\n\n");
                    }
                    for (int i = 1; i <= bad; i++) {
                      text.append("data: {\n\n");
                    }
                    text.append("event: sse.gap\nsse-gap: 7\ndata: {}\n\n");
                    response.end(text.toString());
                  } else {
                    response.write(text + "data: \"last\"\n\n");
                  }
                });
    SseProbe probe = open("/fed");
    int port = BridgeFixture.get(remote.listen(0, "127.0.0.1")).actualPort();
    String id =
        BridgeFixture.get(
            vertx.deployVerticle(
                new SseClientVerticle(
                    SseBridgeOptions.read(
                        BridgeFixture.json(
                            "{'federation':{'name':'other'},'sources':{'up':{'url':'http://127.0.0.1:"
                                + port
                                + "/','address':'fed','body':'json','outages':'silent','retry':50,"
                                + "'minServerRetry':'10ms'}}}")))));
    probe.awaitData("last");
    opened("fed", 1);
    expect("fed", events + 2, "events_in", "way", "source");
    delivered("fed", events + 2);
    expect(1, "source_reconnects_total{source=\"up\",reason=\"http_status\"}");
    expect(1, "source_reconnects_total{source=\"up\",reason=\"ended\"}");
    expect(events + bad + 2, "source_events_total{source=\"up\"}");
    expect(1, "source_gaps_total{source=\"up\"}");
    expect(7, "source_events_missed_total{source=\"up\"}");
    expect(bad, "source_dead_letters_total{source=\"up\"}");
    Scrape now = scrape();
    assertThat(now.of("source_state{source=\"up\",state=\"open\"}")).isEqualTo(1);
    assertThat(now.of("source_state{source=\"up\",state=\"waiting\"}")).isZero();
    // The stream may have the last event before the source is done with it.
    Deadline.await(
        () -> scrape().of("source_in_flight_events{source=\"up\"}") == 0, () -> "none in flight");
    assertThat(now.of("source_last_event_age_seconds{source=\"up\"}")).isBetween(0.0, 60.0);
    assertThat(now.of("source_received_bytes_total{source=\"up\"}")).isPositive();
    assertThat(id).isNotNull();
  }

  /** A body that no codec of the bridge knows. */
  record Odd(boolean fails) {}

  /** What nobody can look at. */
  private static final class Torn extends AbstractMap<String, Object> {
    @Override
    public Set<Map.Entry<String, Object>> entrySet() {
      throw new IllegalStateException("torn");
    }
  }

  /** What Vert.x copies and no JSON has. */
  private static final class Opaque implements Shareable {}

  /** Hands over the object itself. */
  private record AsIs<T>(String name) implements MessageCodec<T, T> {
    @Override
    public void encodeToWire(Buffer buffer, T body) {
      throw new UnsupportedOperationException();
    }

    @Override
    public T decodeFromWire(int position, Buffer buffer) {
      throw new UnsupportedOperationException();
    }

    @Override
    public T transform(T body) {
      return body;
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }

  @Test
  void whatAllHistoriesMayHoldEvictsToo() {
    int events = 100;
    SseBridgeServer small =
        SseBridgeServer.create(
            vertx,
            SseBridgeOptions.read(
                BridgeFixture.json(
                    "{'http':{'port':0,'drain':0},'limits':{'retained':'1MiB'},"
                        + "'routes':{'full':{'path':'/full','address':'full'}}}")));
    meters.add("small", small.bridge());
    BridgeFixture.get(small.listen());
    String series = "{bridge=\"small\",route=\"full\"";
    for (int i = 1; i <= events; i++) {
      int published = i;
      vertx.eventBus().publish("full", PAD);
      Deadline.await(
          () -> scrape().of("events_in_total" + series + ",way=\"bus\"}") == published,
          () -> published + " events");
    }
    Scrape now = scrape();
    double evicted = now.of("events_evicted_total" + series + ",limit=\"retained\"}");
    double retained = now.of("retained_events" + series + "}");
    assertThat(evicted).isPositive();
    assertThat(retained + evicted).isEqualTo(events);
    assertThat(now.of("retained_bytes" + series + "}"))
        .isLessThanOrEqualTo(now.of("retained_limit_bytes{bridge=\"small\"}"));
    BridgeFixture.get(small.close());
  }
}
