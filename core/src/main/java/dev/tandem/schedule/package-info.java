/**
 * What a backend runs: a {@link dev.tandem.schedule.Schedule} of {@link
 * dev.tandem.schedule.Kernel}s over numbered slots. Everything here is data without behaviour of
 * its own: the graph is lowered into it, and engines compile it. Start reading at {@code Schedule},
 * then {@code Kernel}, then {@code Expression}.
 */
@NullMarked
package dev.tandem.schedule;

import org.jspecify.annotations.NullMarked;
