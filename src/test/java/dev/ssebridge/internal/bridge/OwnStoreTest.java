package dev.ssebridge.internal.bridge;

import static dev.ssebridge.testing.BridgeFixture.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.store.MemoryStore;
import dev.ssebridge.spi.HistoryStore;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Opened;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A store that an application has brought, and that does what no store should. */
class OwnStoreTest {
  private static final String CONFIG =
      "{'routes':{'n':{'path':'/n','address':'news',"
          + "'history':{'store':'own','heap':'1KiB','events':100000}}}}";

  private final Opened open = new Opened();

  @AfterEach
  void end() {
    open.close();
  }

  @ParameterizedTest
  @CsvSource({
    "open, ERROR", "open, NO_FUTURE", "open, NULL", "open, FOREIGN_THREAD",
    "readNewest, ERROR", "readNewest, NO_FUTURE", "readNewest, NULL", "readNewest, FOREIGN_THREAD",
    "append, ERROR", "append, NO_FUTURE", "append, FOREIGN_THREAD"
  })
  void whatItDoesOnceIsOverWhenItIsAskedAgain(String method, Fault fault) {
    everythingIsThereInTheEnd(100, method, fault);
  }

  @ParameterizedTest
  @CsvSource({"read, ERROR", "read, NO_FUTURE", "read, NULL", "read, FOREIGN_THREAD"})
  void whoReadsWhatIsOnlyThereGetsItInTheEnd(String method, Fault fault) {
    everythingIsThereInTheEnd(20_000, method, fault);
  }

  private void everythingIsThereInTheEnd(int count, String method, Fault fault) {
    AtomicInteger left = new AtomicInteger(1);
    HistoryStore own =
        faulty(HistoryStore.class, new MemoryStore(System::currentTimeMillis), method, fault, left);
    BridgeFixture bridge =
        open.add(BridgeFixture.withStores(open.add(Vertx.vertx()), CONFIG, Map.of("own", own)));
    bridge.publishNumbers("news", 1, count);
    bridge.awaitHead("n", count);

    SseProbe probe = bridge.get("/n?from=earliest");
    probe.awaitData("m" + count);
    assertThat(probe.data()).isEqualTo(numbers(1, count));
    assertThat(left).hasValue(0);
  }

  /** What it does. */
  private enum Fault {
    ERROR,
    NO_FUTURE,
    NULL,
    FOREIGN_THREAD
  }

  private static <T> T faulty(
      Class<T> type, T inner, String faulty, Fault fault, AtomicInteger left) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (method.getName().equals("equals")) {
                return proxy == arguments[0];
              }
              if (method.getName().equals(faulty)
                  && left.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                return answer(fault, method, inner, arguments);
              }
              Object result = call(method, inner, arguments);
              return result != null && method.getName().equals("open")
                  ? ((Future<?>) result)
                      .map(
                          channel ->
                              faulty(
                                  HistoryStore.Channel.class,
                                  (HistoryStore.Channel) channel,
                                  faulty,
                                  fault,
                                  left))
                  : result;
            }));
  }

  private static @Nullable Object answer(
      Fault fault, Method method, Object inner, Object @Nullable [] arguments) throws Throwable {
    return switch (fault) {
      case ERROR -> throw new NoClassDefFoundError("org/example/Driver");
      case NO_FUTURE -> null;
      case NULL -> Future.succeededFuture();
      case FOREIGN_THREAD -> {
        Promise<Object> later = Promise.promise();
        ((Future<?>) Objects.requireNonNull(call(method, inner, arguments)))
            .onComplete(done -> new Thread(() -> pass(done, later)).start());
        yield later.future();
      }
    };
  }

  private static void pass(AsyncResult<?> done, Promise<Object> later) {
    if (done.succeeded()) {
      later.complete(done.result());
    } else {
      later.fail(done.cause());
    }
  }

  private static @Nullable Object call(Method method, Object inner, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(inner, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
