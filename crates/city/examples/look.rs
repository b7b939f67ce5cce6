//! Prints a sample of what the demo city invents.
#![expect(clippy::print_stdout, reason = "an example talks")]

use huiyin_city::Scale;
use huiyin_city::invent::City;

fn main() {
    let city = City::invent(&Scale::full());
    for org in city.orgs.iter().step_by(97) {
        println!("{} {} {:?} {:?}", org.code, org.name, org.kind, org.point);
    }
    for person in city.people.iter().step_by(2_503) {
        println!(
            "{} {} {} {} {}",
            person.name, person.birth_year, person.education, person.citizen_number, person.stage
        );
    }
    println!("{} organisations, {} accounts", city.orgs.len(), city.accounts.len());
    for account in city.accounts.iter().filter(|account| account.demo) {
        println!("{} {}", account.login, account.grants[0].post);
    }
}
