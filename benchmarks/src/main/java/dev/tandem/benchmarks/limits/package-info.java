/**
 * What this machine could do at best: arithmetic from registers, traffic with caches and memory.
 * Start at {@link dev.tandem.benchmarks.limits.Limits}.
 */
@NullMarked
package dev.tandem.benchmarks.limits;

import org.jspecify.annotations.NullMarked;
