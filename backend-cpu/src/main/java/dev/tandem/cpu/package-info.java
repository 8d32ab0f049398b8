/** The CPU engine: every kernel of a schedule with the Vector API. */
@NullMarked
package dev.tandem.cpu;

import org.jspecify.annotations.NullMarked;
