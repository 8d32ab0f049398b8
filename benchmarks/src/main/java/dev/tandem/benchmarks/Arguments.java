package dev.tandem.benchmarks;

import dev.tandem.benchmarks.contest.Contenders;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line, with what JMH does not know taken out.
 *
 * @param reports where to write reports
 * @param rest everything else
 * @param command what makes the same figures again
 */
record Arguments(List<Path> reports, List<String> rest, String command) {

  /**
   * @throws IllegalArgumentException if a report has no file
   */
  static Arguments parse(String[] arguments) {
    List<Path> reports = new ArrayList<>();
    List<String> rest = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--report" -> {
          if (++i == arguments.length) {
            throw new IllegalArgumentException("--report needs a file: --report results.md");
          }
          reports.add(Path.of(arguments[i]));
        }
        case "--help" -> rest.add("-h");
        default -> rest.add(arguments[i]);
      }
    }
    String command = Contenders.includePeers() ? "./tandem bench --peers " : "./tandem bench ";
    return new Arguments(reports, rest, command + String.join(" ", rest));
  }

  String[] forJmh() {
    return rest.toArray(String[]::new);
  }
}
