'use strict';
// A module that somebody may take from the registry of modules again, with what it keeps.
exports.sold = 0;
