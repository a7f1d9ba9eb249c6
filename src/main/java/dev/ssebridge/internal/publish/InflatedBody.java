package dev.ssebridge.internal.publish;

import dev.ssebridge.internal.coding.Inflation;
import dev.ssebridge.internal.http.BadRequestException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.DataFormatException;

/**
 * Takes the content coding off a body as it arrives: RFC 9110, section 8.4. Limits count what it
 * inflates to, which may not be much more than what came: that bounds time, also where the body's
 * reader passes over what it gets.
 */
final class InflatedBody implements BodyReader {
  /** What a body may become: this, and {@value #RATIO} bytes for each that came. */
  static final int ALLOWANCE = 1 << 20;

  static final int RATIO = 100;

  /** What inflating takes of memory, its window above all. */
  private static final int INFLATER_BYTES = 48 << 10;

  private static final String ACCEPTED = "gzip, deflate";

  private static final Set<String> KNOWN = Set.of("", "identity", "gzip", "x-gzip", "deflate");

  private final BodyReader reader;
  private final Inflation inflation;
  private final byte[] piece = new byte[Reading.PIECE];
  private boolean released;
  private long came;
  private long became;

  private InflatedBody(BodyReader reader, Inflation inflation) {
    this.reader = reader;
    this.inflation = inflation;
  }

  /**
   * What reads the body of this request, whatever its coding.
   *
   * @throws BadRequestException 415 for a coding that is not known
   */
  static BodyReader of(HttpServerRequest request, BodyReader reader) throws BadRequestException {
    return switch (requireKnown(request)) {
      case "gzip", "x-gzip" -> new InflatedBody(reader, Inflation.gzip());
      case "deflate" -> new InflatedBody(reader, Inflation.deflate());
      default -> reader;
    };
  }

  /**
   * The coding of the body of this request, in lower case.
   *
   * @throws BadRequestException 415 for one that is not known
   */
  static String requireKnown(HttpServerRequest request) throws BadRequestException {
    if (!request.headers().contains(HttpHeaders.CONTENT_ENCODING)) {
      return "";
    }
    List<String> lines = request.headers().getAll(HttpHeaders.CONTENT_ENCODING);
    String coding = String.join(",", lines).trim().toLowerCase(Locale.ROOT);
    if (!KNOWN.contains(coding)) {
      // RFC 9110, section 15.5.16.
      request.response().putHeader(HttpHeaders.ACCEPT_ENCODING, ACCEPTED);
      throw new BadRequestException(
          415, "content-encoding: expected gzip, deflate or none, got another");
    }
    return coding;
  }

  @Override
  public void read(Buffer chunk) throws BadRequestException {
    came += chunk.length();
    inflation.give(chunk.getBytes());
    readMore();
  }

  @Override
  public boolean hasMore() {
    return !inflation.isDry();
  }

  @Override
  public void readMore() throws BadRequestException {
    int length;
    try {
      length = inflation.next(piece);
    } catch (DataFormatException e) {
      throw corrupt();
    }
    became += length;
    if (became > ALLOWANCE + RATIO * came) {
      throw new BadRequestException(
          413, "body: expected at most " + RATIO + " bytes for each compressed one, got more");
    }
    if (length > 0) {
      reader.read(Buffer.buffer(Arrays.copyOf(piece, length)));
    }
  }

  @Override
  public void end() throws BadRequestException {
    if (!inflation.isWhole()) {
      throw corrupt();
    }
    reader.end();
  }

  private static BadRequestException corrupt() {
    return new BadRequestException(
        400, "body: expected what its content-encoding says, got other or fewer bytes");
  }

  @Override
  public void release() {
    released = true;
    inflation.close();
    reader.release();
  }

  @Override
  public long held() {
    return (released ? 0 : INFLATER_BYTES) + reader.held();
  }

  @Override
  public long published() {
    return reader.published();
  }

  @Override
  public boolean isStreaming() {
    return reader.isStreaming();
  }
}
