/** Classes that break every rule of the library, to prove that each rule can fail. */
package io.eventbus.architecture.gallery;
