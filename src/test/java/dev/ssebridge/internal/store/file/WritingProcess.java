package dev.ssebridge.internal.store.file;

import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.HistoryStore;
import dev.ssebridge.spi.StoredEvent;
import dev.ssebridge.testing.ChannelProbe;
import io.vertx.core.Vertx;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A process that writes into some channels until it is killed, and says what was acknowledged: a
 * line {@code channel epoch sequence text} for each event.
 */
final class WritingProcess {
  static final int CHANNELS = 5;

  private final Random random = new Random();
  private final String name;
  private final PrintStream out;
  private long count;

  private WritingProcess(String name, PrintStream out) {
    this.name = name;
    this.out = out;
  }

  /** The directory, and what the texts of this process begin with. */
  public static void main(String[] arguments) {
    Vertx vertx = Vertx.vertx();
    FileHistoryStore store =
        new FileHistoryStore(
            vertx,
            FileStoreSettings.in(Path.of(arguments[0])).withSizes(256 * 1024, 64L * 1024 * 1024));
    // On an event loop, which keeps the process alive.
    vertx.runOnContext(now -> store.start().onSuccess(started -> openAll(store, arguments[1])));
  }

  private static void openAll(HistoryStore store, String process) {
    for (int i = 0; i < CHANNELS; i++) {
      String channel = "channel" + i;
      new WritingProcess(process + "/" + channel + "/", System.out).open(store, channel);
    }
  }

  private void open(HistoryStore store, String channel) {
    store
        .open(
            channel,
            new HistoryRetention(2000, Long.MAX_VALUE, Long.MAX_VALUE),
            new HistoryStore.Follower() {
              @Override
              public void appended(long first, List<StoredEvent> events) {}

              @Override
              public void evicted(long upTo) {}

              @Override
              public void restarted(String epoch, long head) {}
            })
        .onSuccess(open -> write(open, channel));
  }

  private void write(HistoryStore.Channel to, String channel) {
    List<StoredEvent> events = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (int left = 1 + random.nextInt(20); left > 0; left--) {
      String text = name + count++ + "x".repeat(random.nextInt(200));
      texts.add(text);
      events.add(ChannelProbe.event(text));
    }
    to.append(events)
        .onSuccess(
            receipt -> {
              StringBuilder lines = new StringBuilder();
              for (int i = 0; i < texts.size(); i++) {
                lines
                    .append(channel)
                    .append(' ')
                    .append(receipt.epoch())
                    .append(' ')
                    .append(receipt.places().get(i).sequence())
                    .append(' ')
                    .append(texts.get(i))
                    .append('\n');
              }
              out.print(lines);
              write(to, channel);
            });
  }
}
