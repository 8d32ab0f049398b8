package dev.tandem.benchmarks;

import dev.tandem.benchmarks.contest.Contender;
import dev.tandem.benchmarks.contest.Contenders;
import dev.tandem.benchmarks.contest.Problem;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Which cases run, and in which order: all contenders for a case after each other, so that a
 * machine that drifts does not favour any.
 *
 * @param groups what runs
 * @param leftOut what does not, and why, in lines for the reader
 */
record Plan(List<Group> groups, List<String> leftOut) {

  /**
   * One benchmark method with all its parameters but the backend.
   *
   * @param benchmark the method's name with its class
   * @param parameters a value for each parameter, {@code backend} excepted
   * @param backends who computes; empty where that is no parameter
   */
  record Group(String benchmark, Map<String, String> parameters, List<String> backends) {
    int cases() {
      return Math.max(1, backends.size());
    }
  }

  int cases() {
    return groups.stream().mapToInt(Group::cases).sum();
  }

  /**
   * The plan for a command line.
   *
   * @throws IllegalArgumentException if it names an unknown backend or an unreadable parameter
   */
  static Plan of(Options options) {
    Planner planner = new Planner(options);
    for (BenchmarkListEntry entry : benchmarks(options)) {
      planner.add(entry);
    }
    return new Plan(planner.groups, planner.leftOut());
  }

  /** One entry for each method, the limits first. */
  private static Collection<BenchmarkListEntry> benchmarks(Options options) {
    List<String> patterns = options.getIncludes().isEmpty() ? List.of(".*") : options.getIncludes();
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    Map<String, BenchmarkListEntry> byName = new TreeMap<>(Plan::limitsFirst);
    BenchmarkList.defaultList()
        .find(
            OutputFormatFactory.createFormatInstance(nowhere, VerboseMode.SILENT),
            patterns,
            options.getExcludes())
        .forEach(entry -> byName.put(entry.getUsername(), entry));
    return byName.values();
  }

  private static int limitsFirst(String a, String b) {
    boolean limits = a.contains("LimitsBenchmark");
    return limits == b.contains("LimitsBenchmark") ? a.compareTo(b) : limits ? -1 : 1;
  }

  private static final class Planner {
    private final Options options;
    private final List<Group> groups = new ArrayList<>();
    private final Set<String> unavailable = new LinkedHashSet<>();
    private final Map<String, Integer> declined = new LinkedHashMap<>();

    Planner(Options options) {
      this.options = options;
    }

    void add(BenchmarkListEntry entry) {
      Map<String, List<String>> values = new LinkedHashMap<>();
      entry
          .getParams()
          .orElse(Map.of())
          .forEach((name, standard) -> {
            Collection<String> chosen = options.getParameter(name).orElse(List.of(standard));
            values.put(name, List.copyOf(chosen));
          });
      List<String> backends = values.remove("backend");
      boolean everybody = !options.getParameter("backend").hasValue();
      List<Contender> contenders =
          backends == null
              ? List.of()
              : everybody ? Contenders.all() : backends.stream().map(Contenders::named).toList();
      List<String> threads = distinct(values.getOrDefault("threads", List.of("1")));
      values.put("threads", threads);
      for (Map<String, String> parameters : combinations(values)) {
        if (backends == null) {
          groups.add(new Group(entry.getUsername(), parameters, List.of()));
          continue;
        }
        boolean first = threads.getFirst().equals(parameters.get("threads"));
        List<String> able = able(entry.getUsername(), parameters, contenders, first);
        if (!able.isEmpty()) {
          groups.add(new Group(entry.getUsername(), parameters, able));
        }
      }
    }

    /** Where all threads are one, that is measured once. */
    private static List<String> distinct(List<String> threads) {
      Map<Integer, String> byCount = new LinkedHashMap<>();
      threads.forEach(text -> byCount.putIfAbsent(Threads.count(text), text));
      return List.copyOf(byCount.values());
    }

    /**
     * Who takes the problem.
     *
     * @param first whether this is the first number of threads: the only one for those who do not
     *     obey it
     */
    private List<String> able(
        String benchmark,
        Map<String, String> parameters,
        List<Contender> contenders,
        boolean first) {
      Problem problem = Problems.of(benchmark, name -> parameters.getOrDefault(name, ""));
      List<String> able = new ArrayList<>();
      for (Contender contender : contenders) {
        String obstacle = contender.unavailable();
        String refusal = contender.declines(problem);
        if (obstacle != null) {
          unavailable.add("backend %s is left out: %s".formatted(contender.name(), obstacle));
        } else if (refusal != null) {
          declined.merge("backend %s: %s".formatted(contender.name(), refusal), 1, Integer::sum);
        } else if (first || contender.usesThreads()) {
          able.add(contender.name());
        }
      }
      return able;
    }

    List<String> leftOut() {
      List<String> lines = new ArrayList<>(unavailable);
      declined.forEach((why, cases) -> lines.add("%s (%d cases left out)".formatted(why, cases)));
      return lines;
    }

    private static List<Map<String, String>> combinations(Map<String, List<String>> values) {
      List<Map<String, String>> all = List.of(Map.of());
      for (Map.Entry<String, List<String>> parameter : values.entrySet()) {
        List<Map<String, String>> longer = new ArrayList<>();
        for (Map<String, String> before : all) {
          for (String value : parameter.getValue()) {
            Map<String, String> one = new LinkedHashMap<>(before);
            one.put(parameter.getKey(), value);
            longer.add(one);
          }
        }
        all = longer;
      }
      return all;
    }
  }
}
