/**
 * What is computed ({@link dev.tandem.benchmarks.contest.Problem}), by whom ({@link
 * dev.tandem.benchmarks.contest.Contender}), and whether it is right. Nothing here knows how it is
 * timed. Tandem's own engines and plain loops are here; other libraries are in {@code
 * src/peers/java}.
 */
@NullMarked
package dev.tandem.benchmarks.contest;

import org.jspecify.annotations.NullMarked;
