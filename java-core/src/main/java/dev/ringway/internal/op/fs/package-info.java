/// Operations on files and paths.
@NullMarked
package dev.ringway.internal.op.fs;

import org.jspecify.annotations.NullMarked;
