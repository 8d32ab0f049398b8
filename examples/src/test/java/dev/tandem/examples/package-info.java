/** Are the programs and the pages of the documentation right? */
@NullMarked
package dev.tandem.examples;

import org.jspecify.annotations.NullMarked;
