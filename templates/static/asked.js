// Read before anything is drawn: an address that asks for a table (?a=…&b=…) has its room kept from the
// start, so that nothing moves when the table comes.
document.documentElement.classList.toggle("asked", /[?&]b=[^&]/.test(location.search));
