package dev.ssebridge.internal.publish;

import dev.ssebridge.format.EventDecoder;
import dev.ssebridge.format.EventDecoderOptions;
import dev.ssebridge.format.EventTooLargeException;
import dev.ssebridge.format.ParseOddity;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.http.BadRequestException;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** A body in the event-stream format; its events are published as they arrive. */
final class EventStreamBody implements BodyReader, EventDecoder.Listener {
  private final Publisher publisher;
  private final PublishTarget target;
  private final BodyForm form;
  private final long maxEvent;
  private final EventDecoder decoder;
  private long events;
  private @Nullable BadRequestException problem;

  EventStreamBody(Publisher publisher, PublishTarget target) {
    this.publisher = publisher;
    this.target = target;
    this.form = new BodyForm(target.config().body());
    this.maxEvent = target.config().maxBody();
    this.decoder = EventDecoder.create(this, new EventDecoderOptions().setMaxEventBytes(maxEvent));
  }

  @Override
  public void read(Buffer chunk) throws BadRequestException {
    try {
      decoder.decode(chunk);
    } catch (EventTooLargeException e) {
      throw new BadRequestException(
          413,
          "body: expected events of at most " + maxEvent + " bytes (maxBody): " + e.getMessage());
    }
    throwIfAny();
  }

  @Override
  public void end() throws BadRequestException {
    decoder.end();
    throwIfAny();
  }

  @Override
  public void release() {
    decoder.reset();
    held(); // gives its buffers back
  }

  @Override
  public long held() {
    return decoder.heldBytes();
  }

  @Override
  public long published() {
    return publisher.published();
  }

  @Override
  public boolean isStreaming() {
    return true;
  }

  @Override
  public void onEvent(ServerSentEvent event) {
    String data = event.data();
    if (problem != null || data == null) {
      return;
    }
    events++;
    Draft draft =
        new Draft(
            "event " + events, form.ofText(data), event.type(), event.id(), event.retry(), null);
    try {
      target.requireType(event.type()); // a NUL is none for the format, but for the streams
    } catch (BadRequestException e) {
      problem = new BadRequestException(e.problem().status(), draft.inPlace(e.problem().detail()));
      return;
    }
    try {
      publisher.publish(draft);
    } catch (BadRequestException e) {
      problem = e;
    }
  }

  /** A reader of the stream would lose this event in silence; its sender had better know. */
  @Override
  public void onOddity(ParseOddity oddity) {
    if (oddity.kind() == ParseOddity.Kind.UNFINISHED_BLOCK && problem == null) {
      problem =
          new BadRequestException(400, oddity.message() + "; end every event with a blank line");
    }
  }

  private void throwIfAny() throws BadRequestException {
    if (problem != null) {
      throw problem;
    }
  }
}
