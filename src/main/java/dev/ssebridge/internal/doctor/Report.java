package dev.ssebridge.internal.doctor;

import dev.ssebridge.internal.doctor.Finding.Verdict;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** What was found, line by line. Not thread-safe: it belongs to the thread that examines. */
public final class Report {
  private final Consumer<Finding> listener;
  private final List<Finding> findings = new ArrayList<>();
  private final JsonObject measured = new JsonObject();

  /** A report whose lines are handed on as they are found. */
  public Report(Consumer<Finding> listener) {
    this.listener = Objects.requireNonNull(listener, "listener");
  }

  /** What was found so far, in that order. */
  public List<Finding> findings() {
    return List.copyOf(findings);
  }

  /** Numbers beside the lines: milliseconds, bytes, counts. */
  public JsonObject measured() {
    return measured;
  }

  /** How many lines have this verdict. */
  public long count(Verdict verdict) {
    return findings.stream().filter(finding -> finding.verdict() == verdict).count();
  }

  void ok(String about, String says) {
    add(new Finding(Verdict.OK, about, says, null));
  }

  void note(String about, String says, String advice) {
    add(new Finding(Verdict.NOTE, about, says, advice));
  }

  void wrong(String about, String says, String advice) {
    add(new Finding(Verdict.WRONG, about, says, advice));
  }

  void add(Finding finding) {
    findings.add(finding);
    listener.accept(finding);
  }

  /** Notes a time of the event loops' clock, in milliseconds. */
  void measured(String name, long nanos) {
    if (nanos >= 0) {
      measured.put(name, nanos / 1_000_000);
    }
  }
}
