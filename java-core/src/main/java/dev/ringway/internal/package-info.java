/// The bridge to the insides of the API's types.
@NullMarked
package dev.ringway.internal;

import org.jspecify.annotations.NullMarked;
