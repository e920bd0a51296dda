// What statuspage.js reads in each of the eight files, as JSON; the argument is the address of `api/v2`.
const {Statuspage} = require('statuspage.js');

const page = new Statuspage('ours');
page.axios.defaults.baseURL = process.argv[2];
const questions = [
  'summary', 'status', 'components', 'allIncidents', 'unresolvedIncidents', 'allScheduledMaintenances',
  'upcomingScheduledMaintenances', 'activeScheduledMaintenances',
];

(async () => {
  const answers = {};
  for (const question of questions) answers[question] = await page[question]();
  const dates = [];
  const collect = value => {
    if (value instanceof Date) dates.push(value.getTime());
    else if (value && typeof value === 'object') Object.values(value).forEach(collect);
  };
  collect(answers);
  console.log(JSON.stringify({answers, dates}));
})();
