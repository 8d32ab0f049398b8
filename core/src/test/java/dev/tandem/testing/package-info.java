/** What the tests of every module share: golden values. Part of core's test-jar. */
@NullMarked
package dev.tandem.testing;

import org.jspecify.annotations.NullMarked;
