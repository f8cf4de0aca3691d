// Holds the compiled headers of the tests.
