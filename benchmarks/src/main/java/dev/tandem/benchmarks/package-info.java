/**
 * The benchmarks: classes whose names end in {@code Benchmark} each ask one question, {@link
 * dev.tandem.benchmarks.Main} runs them and prints each answer beside the limit of the machine.
 * What is computed, by whom, and whether it is right stands in {@code contest}, the machine's
 * limits in {@code limits}.
 */
@NullMarked
package dev.tandem.benchmarks;

import org.jspecify.annotations.NullMarked;
