package dev.ssebridge.internal.tool;

import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.text.UnfitValueException;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations on the command line, written as in a configuration: {@code 250ms}, {@code 5m}. */
final class DurationConverter implements ITypeConverter<Duration> {
  private static final ValueType<Duration> TYPE = ValueType.duration(Duration.ofMillis(1));

  @Override
  public Duration convert(String value) {
    try {
      return TYPE.read(value);
    } catch (UnfitValueException wrong) {
      throw new TypeConversionException(String.valueOf(wrong.getMessage()));
    }
  }
}
