/**
 * The reference engine: plain loops that say what every kernel means. It is slow on purpose, has no
 * threads and no tricks, and is what every other engine is compared with. Start reading at {@code
 * KernelLoops}, which holds all the arithmetic; the other classes only keep books.
 */
@NullMarked
package dev.tandem.reference;

import org.jspecify.annotations.NullMarked;
