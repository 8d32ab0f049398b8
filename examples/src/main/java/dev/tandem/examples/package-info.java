/**
 * The programs of the documentation, each a class with a {@code run} method that prints what it
 * does; {@code ./tandem example NAME} runs them.
 */
@NullMarked
package dev.tandem.examples;

import org.jspecify.annotations.NullMarked;
