package dev.tandem.train;

import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a word that stands for one of a few values.
 *
 * @param <T> whose {@code toString} is the word
 */
final class Word<T> implements ITypeConverter<T> {

  private final T[] values;

  Word(T[] values) {
    this.values = values;
  }

  @Override
  public T convert(String word) {
    for (T value : values) {
      if (value.toString().equalsIgnoreCase(word)) {
        return value;
      }
    }
    throw new TypeConversionException(
        "'%s' is none of %s"
            .formatted(
                word,
                Arrays.stream(values).map(Object::toString).collect(Collectors.joining(", "))));
  }
}
