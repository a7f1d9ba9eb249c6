package dev.ssebridge.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a client of event streams must do, rule by rule. The tests of a rule are the methods whose
 * names begin with {@code client} and its number: {@code client07RetryAfterIsAFloor...}.
 */
@Tag("slow")
class ClientRulesTest {
  private static final Map<String, String> RULES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("01", "request: target, method, body and headers, with every connection"),
              Map.entry("02", "Last-Event-ID: UTF-8, absent for none, never a reason to wedge"),
              Map.entry("03", "supplier: a fresh request for every connection, may take its time"),
              Map.entry("04", "content type: text/event-stream opens, anything else is not parsed"),
              Map.entry(
                  "05", "status: 204 ends; a refusal fails connect(), later it is waited for"),
              Map.entry("06", "status: 5xx and what says not now is tried again, unless strict"),
              Map.entry("07", "Retry-After: seconds or a date, a floor for the wait"),
              Map.entry(
                  "08", "redirects: followed, bounded, headers and body stay with their origin"),
              Map.entry("09", "body: codings, framings and versions of HTTP, events without delay"),
              Map.entry("10", "breaks: every kind is told and followed by another connection"),
              Map.entry(
                  "11", "waits: the server's or the configured time, doubling, chance on top"),
              Map.entry("12", "no hot loop; limits of attempts and of time"),
              Map.entry("13", "each event once and in order, none unfinished, over all breaks"),
              Map.entry("14", "timeouts: connection, head of the response, silence"),
              Map.entry("15", "close and restart: from any state, at once, nothing afterwards"),
              Map.entry("16", "pause, resume, fetch: down to the socket, in bounded memory"),
              Map.entry("17", "pool: no stream waits for another one"),
              Map.entry("18", "TLS and proxies"),
              Map.entry("19", "states, reasons, counts, headers: what it does can be seen"),
              Map.entry("20", "handlers: one context, in order, what they throw stops nothing"),
              Map.entry("21", "once: ends with the response, a mark or a failure; JSON will do"),
              Map.entry("22", "cookies: by option, back to their origin alone, bounded"),
              Map.entry("23", "URLs: any characters, percent-encoded, hosts in ASCII"),
              Map.entry("24", "decode: bytes to events, with backpressure, errors and an end")));

  @Test
  void everyRuleHasATestOfItsNumber() {
    Map<String, String> tested = new TreeMap<>();
    for (JavaClass testClass : new ClassFileImporter().importPackages("dev.ssebridge")) {
      for (JavaMethod method : testClass.getMethods()) {
        if (method.getName().matches("client[0-9]{2}.+")) {
          String number = method.getName().substring(6, 8);
          assertThat(RULES).as(method.getFullName()).containsKey(number);
          tested.put(number, RULES.getOrDefault(number, ""));
        }
      }
    }
    assertThat(tested).isEqualTo(RULES);
  }
}
