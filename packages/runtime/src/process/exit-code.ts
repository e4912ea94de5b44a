/** A polite stop that came to its end. */
export const EXIT_OK = 0;
/** An unexpected error, a stop that did not come to its end, or a second signal. */
export const EXIT_FAILURE = 1;
/** A configuration that does not let the program start (EX_CONFIG of sysexits). */
export const EXIT_CONFIGURATION = 78;
