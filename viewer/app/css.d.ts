/**
 * Style sheets are imported for the bundler alone: they end in one file that index.html names.
 */
declare module '*.css';
