/// The operation contract: an operation says once what it asks of the kernel, for every backend.
@NullMarked
package dev.ringway.internal.op;

import org.jspecify.annotations.NullMarked;
