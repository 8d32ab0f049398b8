/**
 * Training one model and keeping it: {@link dev.tandem.train.job.Trainer} runs the epochs, {@link
 * dev.tandem.train.job.ModelDirectory} writes and reads what comes of them. Knows nothing about the
 * command line.
 */
@NullMarked
package dev.tandem.train.job;

import org.jspecify.annotations.NullMarked;
