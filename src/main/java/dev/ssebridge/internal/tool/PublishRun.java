package dev.ssebridge.internal.tool;

import dev.ssebridge.internal.tool.PublishException.Fate;
import io.vertx.core.buffer.Buffer;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** Publishes what a command was given, on its thread; each method returns the exit code. */
final class PublishRun {
  private final PublishSender sender;
  private final PublishReport report;
  private final boolean keepGoing;
  private final boolean printId;
  private final PrintStream out;
  private boolean refused;
  private String sending = "";
  private @Nullable String lastId;

  /**
   * @param keepGoing whether a line that is refused is left out, and the others are published
   * @param printId whether the id that the server gave is written
   */
  PublishRun(
      PublishSender sender,
      PublishReport report,
      boolean keepGoing,
      boolean printId,
      PrintStream out) {
    this.sender = sender;
    this.report = report;
    this.keepGoing = keepGoing;
    this.printId = printId;
    this.out = out;
  }

  /** One event. */
  int one(Buffer body) {
    try {
      PublishAnswer answer = sender.send(() -> body);
      if (!answer.isTaken()) {
        report.failed("refused: " + answer);
        return Terminal.FAILED;
      }
      tellId(answer.id());
      return Terminal.DONE;
    } catch (PublishException failed) {
      report.failed(failed.getMessage() + fate(failed, "the event"));
      return Terminal.FAILED;
    } catch (InterruptedException stopped) {
      report.failed("stopped before the answer; the event may have been published");
      return Terminal.FAILED;
    }
  }

  private static String fate(PublishException failed, String what) {
    return failed.fate() == Fate.NOT_TAKEN
        ? ""
        : "; " + what + " may have been published, and was not sent again";
  }

  private void tellId(@Nullable String id) {
    if (!printId) {
      return;
    }
    if (id == null) {
      report.note("published, but the server did not tell the id");
    } else {
      out.println(id.replaceAll("\\p{Cntrl}", "?"));
      out.flush();
    }
  }

  /** Each line as an event of its own, as soon as it is there. */
  int follow(PublishLines lines, boolean json) {
    return reading(lines, line -> (json && line.isBlank()) || publish(line, json));
  }

  private boolean publish(PublishLines.Line line, boolean json)
      throws PublishException, InterruptedException {
    String place = "line " + line.number();
    sending = place;
    if (json) {
      String text = PublishInput.utf8(line.bytes());
      String problem = text == null ? "bytes that are not UTF-8" : JsonLayout.problem(text);
      if (problem != null) {
        return refuse(place + ": expected JSON, got " + problem);
      }
    }
    PublishAnswer answer = sender.send(() -> Buffer.buffer(line.bytes()));
    if (answer.isTaken()) {
      report.taken(1, line.bytes().length);
      tellId(answer.id());
      return true;
    }
    return refuse(place + ": refused: " + answer) && answer.isAboutTheBody();
  }

  /** Says that something was refused; whether it goes on with the rest. */
  private boolean refuse(String text) {
    refused = true;
    report.failed(text);
    return keepGoing;
  }

  /** Many lines a request, each a JSON text. */
  int stream(PublishLines lines) {
    PublishBatch batch = new PublishBatch(report);
    int code =
        reading(
            lines,
            first -> {
              PublishLines.Line line = first;
              while (line != null) {
                if (!line.isBlank()) {
                  batch.add(line);
                }
                line = batch.isFull() ? null : lines.nextIfThere();
              }
              return publish(batch);
            });
    if (report.events() > 0) {
      tellId(lastId);
    }
    return code;
  }

  private boolean publish(PublishBatch batch) throws PublishException, InterruptedException {
    while (!batch.isEmpty()) {
      sending = batch.place();
      PublishAnswer answer = sender.send(batch);
      if (batch.isEmpty()) {
        break; // all was taken, though the answer says later
      }
      if (answer.isTaken()) {
        if (answer.published() >= 0 && answer.published() < batch.size()) {
          return fellShort(batch, answer.published());
        }
        batch.takenAll();
        lastId = answer.id();
        break;
      }
      long number = answer.line() == 0 ? 0 : batch.numberOf(answer.line());
      long published = answer.published();
      String whole = batch.place();
      batch.taken(Math.max(0, published));
      String place = number > 0 ? "line " + number : published < 0 ? whole : batch.firstPlace();
      boolean goesOn = refuse(place + ": refused: " + answer);
      if (!goesOn || !answer.isAboutTheBody() || published < 0 || batch.isEmpty()) {
        return false;
      }
      batch.drop();
    }
    return true;
  }

  /** The server says that it has taken all, and that it had fewer. Nothing comes after that. */
  private boolean fellShort(PublishBatch batch, long published) {
    int all = batch.size();
    batch.taken(published);
    String had = "the server had " + published + " of " + all + " messages, it says";
    refuse(batch.place() + ": not taken: " + had);
    return false;
  }

  /** Does something with a line; whether it goes on with the next. */
  private interface Step {
    boolean take(PublishLines.Line line) throws PublishException, InterruptedException;
  }

  private int reading(PublishLines lines, Step step) {
    boolean complete = false;
    try {
      boolean goesOn = true;
      while (goesOn) {
        sending = "";
        PublishLines.Line line = lines.next();
        if (line.isLast()) {
          complete = line.failure() == null;
          if (line.failure() != null) {
            report.failed("the input could not be read: " + line.failure().getMessage());
          }
          break;
        }
        goesOn = step.take(line);
      }
    } catch (PublishException failed) {
      report.failed(sending + ": " + failed.getMessage() + fate(failed, "what was on its way"));
    } catch (InterruptedException stopped) {
      if (!sending.isEmpty()) {
        report.failed("stopped; " + sending + " may have been published");
      }
    }
    report.summary(complete);
    return complete && !refused ? Terminal.DONE : Terminal.FAILED;
  }
}
