use huiyin_db::text_enum;

text_enum! {
    /// What an account may be at an organisation. A role reaches down the organisation's subtree.
    ///
    /// A resident needs no account and so has no role.
    pub enum Role {
        Member = "member" / "党员",
        BranchSecretary = "branch_secretary" / "支部书记",
        CaseOfficer = "case_officer" / "承办人",
        TownshipStaff = "township_staff" / "乡镇工作人员",
        CountyStaff = "county_staff" / "县级工作人员",
        CityStaff = "city_staff" / "市级工作人员",
        Inspector = "inspector" / "督查员",
        SystemAdmin = "system_admin" / "系统管理员",
        SecurityAdmin = "security_admin" / "安全管理员",
        AuditAdmin = "audit_admin" / "审计管理员",
    }
}

text_enum! {
    /// What kind of organisation.
    pub enum OrgKind {
        City = "city" / "市",
        County = "county" / "县（市、区）",
        Department = "department" / "部门",
        Township = "township" / "乡镇（街道）",
        Village = "village" / "村",
        Community = "community" / "社区",
        Enterprise = "enterprise" / "企业",
        SocialOrg = "social_org" / "社会组织",
        Committee = "committee" / "党委",
        GeneralBranch = "general_branch" / "党总支",
        Branch = "branch" / "党支部",
    }
}

impl Role {
    /// Roles whose holders give a second factor when they sign in.
    pub const fn needs_second_factor(self) -> bool {
        !matches!(self, Self::Member | Self::BranchSecretary)
    }

    /// Whether the role may be held at an organisation of this kind.
    pub const fn fits(self, kind: OrgKind) -> bool {
        use OrgKind::{
            Branch, City, Committee, Community, County, Department, Enterprise, GeneralBranch, SocialOrg, Township,
            Village,
        };
        match self {
            Self::Member | Self::BranchSecretary => matches!(kind, Branch | GeneralBranch | Committee),
            Self::CaseOfficer => {
                matches!(kind, City | County | Department | Township | Village | Community | Enterprise | SocialOrg)
            }
            Self::TownshipStaff => matches!(kind, Township),
            Self::CountyStaff => matches!(kind, County | Department),
            Self::CityStaff => matches!(kind, City | Department),
            Self::Inspector | Self::SystemAdmin | Self::SecurityAdmin | Self::AuditAdmin => {
                matches!(kind, City | County)
            }
        }
    }

    /// Whether one account may never hold both: the three administrators watch each other
    /// (GB/T 22239-2019 level 3: separation of system, security and audit administrators).
    pub fn excludes(self, other: Self) -> bool {
        const APART: [Role; 3] = [Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin];
        self != other && APART.contains(&self) && APART.contains(&other)
    }
}
