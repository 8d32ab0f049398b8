package dev.tandem.train.job;

import dev.tandem.train.data.JobException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object read with suspicion: a field that is missing or of another kind is a {@link
 * JobException} that names the file and the way to the field.
 *
 * @param file for messages
 * @param path from the root to this object, with a full stop behind it; empty at the root
 * @param values as parsed
 */
record JsonFields(String file, String path, Map<?, ?> values) {

  /** A string. */
  String text(String field) {
    if (values.get(field) instanceof String text) {
      return text;
    }
    throw wrong(field, "is not a string");
  }

  /** A finite number. */
  double number(String field) {
    if (values.get(field) instanceof Number number && Double.isFinite(number.doubleValue())) {
      return number.doubleValue();
    }
    throw wrong(field, "is not a number");
  }

  /** A whole number of at least {@code least}. */
  int integer(String field, int least) {
    return wholeNumber(values.get(field), field, least);
  }

  /** A list of strings. */
  List<String> texts(String field) {
    List<String> texts = new ArrayList<>();
    for (Object element : list(field)) {
      if (!(element instanceof String text)) {
        throw wrong(field, "holds something that is not a string");
      }
      texts.add(text);
    }
    return texts;
  }

  /** A list of whole numbers of at least {@code least}. */
  List<Integer> integers(String field, int least) {
    List<Integer> integers = new ArrayList<>();
    for (Object element : list(field)) {
      integers.add(wholeNumber(element, field, least));
    }
    return integers;
  }

  /** An object. */
  JsonFields object(String field) {
    if (values.get(field) instanceof Map<?, ?> map) {
      return new JsonFields(file, path + field + ".", map);
    }
    throw wrong(field, "is not an object");
  }

  /** A list of objects. */
  List<JsonFields> objects(String field) {
    List<JsonFields> objects = new ArrayList<>();
    for (Object element : list(field)) {
      if (!(element instanceof Map<?, ?> map)) {
        throw wrong(field, "holds something that is not an object");
      }
      objects.add(new JsonFields(file, "%s%s[%d].".formatted(path, field, objects.size()), map));
    }
    return objects;
  }

  /** The exception for a field that cannot be used. */
  JobException wrong(String field, String what) {
    return new JobException(
        values.containsKey(field)
            ? "%s: '%s%s' %s".formatted(file, path, field, what)
            : "%s: '%s%s' is missing".formatted(file, path, field),
        "The file was changed or comes from another version; train the model again");
  }

  private List<?> list(String field) {
    if (values.get(field) instanceof List<?> list) {
      return list;
    }
    throw wrong(field, "is not a list");
  }

  private int wholeNumber(@Nullable Object value, String field, int least) {
    if (value instanceof Number number
        && number.doubleValue() == number.intValue()
        && number.intValue() >= least) {
      return number.intValue();
    }
    throw wrong(field, "is not a whole number of at least " + least);
  }
}
