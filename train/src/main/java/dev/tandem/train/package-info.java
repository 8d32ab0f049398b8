/** The batch training job: a command line over the library. */
@NullMarked
package dev.tandem.train;

import org.jspecify.annotations.NullMarked;
