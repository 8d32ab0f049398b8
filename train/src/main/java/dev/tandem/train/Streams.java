package dev.tandem.train;

import java.io.PrintStream;
import java.util.function.BooleanSupplier;

/**
 * Where a command writes.
 *
 * @param out results
 * @param err progress and errors
 * @param terminal whether a person watches, so that a line may be drawn over itself; asked only
 *     where it matters, since finding out takes a while
 * @param width of the terminal in characters
 */
record Streams(PrintStream out, PrintStream err, BooleanSupplier terminal, int width) {}
