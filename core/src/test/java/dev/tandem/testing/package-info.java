/**
 * What tests of several modules share. {@link dev.tandem.testing.BackendContract} is the suite that
 * every backend must pass; {@link dev.tandem.testing.KernelCase} and the {@code ...Cases} classes
 * are its table of kernels; {@link dev.tandem.testing.ScheduleBuilder} makes schedules by hand.
 */
@NullMarked
package dev.tandem.testing;

import org.jspecify.annotations.NullMarked;
