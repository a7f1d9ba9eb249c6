package dev.ssebridge.internal.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.internal.store.redis.RedisStoreSettings.Mode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Two connections to one server: one for commands, whose replies come in order, and one for what is
 * published, where no command waits for a reply, since the client would mistake a message for it.
 * When one ends, both do; what was under way fails then, and it is unknown whether it was done. On
 * the context of the store.
 */
final class RedisSession {

  /** Of commands that wait for their reply. */
  static final int MOST_WAITING = 4096;

  private static final String CLOSED = "the connection to Redis is closed";

  /** Gets what is published on one shard channel. */
  interface Subscriber {
    void message(byte[] payload);

    /** The server does not serve this channel any more. */
    void moved();
  }

  private record Held(Request request, Promise<Response> promise) {}

  /** What was said on the connection for messages, whose replies come in that order. */
  private record Expected(String kind, String channel, Promise<Void> promise) {}

  private final Context context;
  private final Redis client;
  private final RedisConnection commands;
  private final RedisConnection messages;
  private final String silence;
  private final String place;
  private final Map<String, Subscriber> subscribers = new HashMap<>();

  private final Queue<Expected> expected = new ArrayDeque<>();

  private ServerInfo info = ServerInfo.parse("");
  private final Queue<Held> held = new ArrayDeque<>();
  private int waiting;
  private boolean reading;
  private boolean ended;
  private String reason = "";
  private @Nullable Runnable onEnd;

  private RedisSession(
      Vertx vertx,
      Redis client,
      RedisConnection commands,
      RedisConnection messages,
      String prefix,
      String place) {
    this.context = vertx.getOrCreateContext();
    this.client = client;
    this.commands = commands;
    this.messages = messages;
    this.silence = prefix + "ping";
    this.place = place;
    commands.endHandler(end -> end("it ended a connection")).exceptionHandler(this::failed);
    messages
        .handler(this::pushed)
        .endHandler(end -> end("it ended the connection for messages"))
        .exceptionHandler(this::failed);
  }

  /** Connects, and asks the server what it is. */
  static Future<RedisSession> open(
      Vertx vertx, RedisStoreSettings settings, RedisUrl login, RedisAddress address) {
    // Sentinels call each server by an address that it keeps; elsewhere nothing tells them apart.
    String place = settings.mode() == Mode.SENTINEL ? address.toString() : "";
    Redis client = RedisClients.of(vertx, settings, login, address);
    return client
        .connect()
        .compose(
            commands ->
                client
                    .connect()
                    .map(
                        messages ->
                            new RedisSession(
                                vertx, client, commands, messages, settings.prefix(), place)))
        .compose(RedisSession::introduced)
        .timeout(settings.timeout(), TimeUnit.MILLISECONDS)
        .onFailure(failure -> RedisClients.closeQuietly(client));
  }

  private Future<RedisSession> introduced() {
    return send(Request.cmd(Command.INFO))
        .compose(
            text -> {
              info = ServerInfo.parse(text.toString());
              String unusable = info.unusable();
              return unusable == null
                  ? Future.succeededFuture(this)
                  : Future.failedFuture(unusable);
            });
  }

  ServerInfo info() {
    return info;
  }

  /** Which run of which server it is. */
  String run() {
    return place.isEmpty() ? info.runId() : info.runId() + "@" + place;
  }

  boolean isOpen() {
    return !ended;
  }

  /** Called once, when the connections have ended. */
  void onEnd(Runnable handler) {
    onEnd = handler;
    if (ended) {
      handler.run();
    }
  }

  /**
   * Sends a command after those before; fails at once where too many wait.
   *
   * <p>While replies are awaited, what comes from elsewhere waits for the next of them, so that
   * many commands are written at once: a write for each costs more than the command.
   */
  Future<Response> send(Request request) {
    if (ended) {
      return Future.failedFuture(CLOSED);
    }
    if (waiting + held.size() >= MOST_WAITING) {
      return Future.failedFuture("too many commands wait for Redis: " + MOST_WAITING);
    }
    if (waiting == 0 || reading) {
      return transmit(request);
    }
    Promise<Response> later = Promise.promise();
    held.add(new Held(request, later));
    return later.future();
  }

  private Future<Response> transmit(Request request) {
    waiting++;
    return commands.send(request).onComplete(answer -> answered());
  }

  private void answered() {
    waiting--;
    if (!reading) {
      // All that is written while replies are read goes out together, after the last of them.
      reading = true;
      context.runOnContext(read -> reading = false);
    }
    Held next;
    while (!ended && (next = held.poll()) != null) {
      transmit(next.request()).onComplete(next.promise());
    }
  }

  /** Whether more commands can be sent without hurry. */
  boolean hasRoom() {
    return waiting < MOST_WAITING / 4;
  }

  /**
   * Makes both connections say something; completed with whether the server is a master, by what it
   * answers on the one for commands. A node that only follows would not notice otherwise that it is
   * no master any more: a replica answers readers, and leaves connections as they are.
   */
  Future<Boolean> ping() {
    say(Command.UNSUBSCRIBE, "unsubscribe", silence);
    return send(Request.cmd(Command.INFO).arg("replication"))
        .map(text -> ServerInfo.parse(text.toString()).isMaster());
  }

  /** Completed once the server has said that the messages come. */
  Future<Void> subscribe(String channel, Subscriber subscriber) {
    if (ended) {
      return Future.failedFuture(CLOSED);
    }
    subscribers.put(channel, subscriber);
    return say(Command.SSUBSCRIBE, "ssubscribe", channel);
  }

  /** Its reply is a message, as all is on that connection. */
  private Future<Void> say(Command command, String kind, String channel) {
    Promise<Void> said = Promise.promise();
    expected.add(new Expected(kind, channel, said));
    messages.send(Request.cmd(command).arg(channel.getBytes(UTF_8))).onFailure(this::failed);
    return said.future();
  }

  void unsubscribe(String channel) {
    if (subscribers.remove(channel) != null && !ended) {
      say(Command.SUNSUBSCRIBE, "sunsubscribe", channel);
    }
  }

  private void pushed(@Nullable Response message) {
    if (message == null) {
      return;
    }
    if (message.type() == ResponseType.ERROR) {
      Expected refused = expected.poll();
      if (refused != null && message instanceof Throwable failure) {
        refused.promise().fail(failure);
      }
      return;
    }
    if (message.type() != ResponseType.PUSH || message.size() < 3) {
      return;
    }
    String kind = message.get(0).toString();
    String channel = message.get(1).toString(UTF_8);
    if (kind.equals("smessage")) {
      Subscriber subscriber = subscribers.get(channel);
      if (subscriber != null) {
        subscriber.message(message.get(2).toBytes());
      }
      return;
    }
    Expected next = expected.peek();
    if (next != null && next.kind().equals(kind) && next.channel().equals(channel)) {
      expected.remove();
      next.promise().complete();
    } else if (kind.equals("sunsubscribe")) {
      // Nobody asked for it: its slot is on another server now.
      Subscriber moved = subscribers.remove(channel);
      if (moved != null) {
        moved.moved();
      }
    }
  }

  private void failed(Throwable failure) {
    close(RedisErrors.sentence(failure));
  }

  /** Ends both connections; what is under way fails. */
  void close(String reason) {
    end(reason);
  }

  /** Why it has ended. */
  String reason() {
    return reason;
  }

  private void end(String why) {
    if (ended) {
      return;
    }
    ended = true;
    reason = why;
    RedisClients.closeQuietly(client);
    subscribers.clear();
    Expected waits;
    while ((waits = expected.poll()) != null) {
      waits.promise().tryFail(CLOSED);
    }
    Held unsent;
    while ((unsent = held.poll()) != null) {
      unsent.promise().tryFail(CLOSED);
    }
    if (onEnd != null) {
      onEnd.run();
    }
  }
}
