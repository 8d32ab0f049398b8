package dev.tandem.backend;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something an engine can run on.
 *
 * @param id how the user chooses it, for example {@code cpu} or {@code gpu:0}
 * @param name the maker's name for it
 * @param properties further facts worth showing, in order: vector width, threads, memory
 */
public record Device(String id, String name, Map<String, String> properties) {
  public Device {
    properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
  }
}
